using System.Globalization;
using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Reading;

/// <summary>Reads the prediction of a model that is served elsewhere from a record, by a <see cref="PredictionMapping"/>.</summary>
internal static class PredictionReader
{
    private const string RequestEventSuffix = ".inference.request";
    private const double Tolerance = 1e-3;

    /// <summary>Reads the answers of all mapped heads.</summary>
    /// <param name="record">The record.</param>
    /// <param name="mapping">The mapping.</param>
    /// <param name="fault">The reason why the record is not a prediction; null if it is one.</param>
    public static ParsedPrediction? Read(ProducerRecord record, PredictionMapping mapping, out Rejection? fault)
    {
        try
        {
            var heads = mapping.Heads.ToDictionary(static head => head.Key, head => Read(record, head.Key, head.Value));
            fault = null;
            return new(RecordJson.Scalar(record.Find(mapping.ModelVersion)) ?? ParsedPrediction.UnknownVersion, heads);
        }
        catch (FormatException e)
        {
            fault = new(DeadLetterReasons.BadField, IsRequestEvent(record)
                ? "The event is the request of an inference, not its response; set the mode of the inference logger to 'response'."
                : e.Message);
            return null;
        }
    }

    private static bool IsRequestEvent(ProducerRecord record) =>
        record.IsCloudEvent && RecordJson.Scalar(record.Find("type"))?.EndsWith(RequestEventSuffix, StringComparison.Ordinal) == true;

    private static HeadPrediction Read(ProducerRecord record, string head, PredictedHeadMapping mapping)
    {
        var scores = mapping.Scores is { } path ? ReadScores(Required(record, path), path, mapping) : new Dictionary<string, double>();
        var label = mapping.Label is { } labelPath ? ReadLabel(Required(record, labelPath), labelPath, mapping)
            : scores.Count > 0 ? scores.MaxBy(static score => score.Value).Key
            : throw new FormatException($"The head '{head}' has no scores.");
        var confidence = mapping.Confidence is { } confidencePath
            ? Number(Required(record, confidencePath), confidencePath)
            : scores.TryGetValue(label, out var score) ? score
            : throw new FormatException($"The field '{mapping.Scores}' has no score of the label '{Excerpt.Quote(label)}'.");
        return confidence is >= 0 and <= 1
            ? new(label, confidence, scores)
            : throw new FormatException($"The confidence of the head '{head}' is {Format(confidence)}; it must be between 0 and 1"
                + (mapping.Logits ? "." : " (set Logits if the scores are logits)."));
    }

    private static JsonElement Required(ProducerRecord record, string path) =>
        record.Find(path) ?? throw new FormatException($"The field '{path}' is missing or null.");

    private static string ReadLabel(JsonElement element, string path, PredictedHeadMapping mapping)
    {
        if (RecordJson.Scalar(element) is not { Length: > 0 } text)
            throw new FormatException($"The field '{path}' must be a label, not {RecordParser.NameOf(element.ValueKind)}.");
        if (element.ValueKind != JsonValueKind.Number || mapping.Labels.Count == 0)
            return text;
        return element.TryGetInt32(out var index) && index >= 0 && index < mapping.Labels.Count
            ? mapping.Labels[index]
            : throw new FormatException($"The field '{path}' is {text}; it must be an index of the {mapping.Labels.Count} Labels.");
    }

    private static Dictionary<string, double> ReadScores(JsonElement element, string path, PredictedHeadMapping mapping)
    {
        List<(string Label, double Score)> scores = element.ValueKind switch
        {
            JsonValueKind.Object =>
                [.. element.EnumerateObject().Select(score => (score.Name, Number(score.Value, $"{path}.{score.Name}")))],
            JsonValueKind.Array => [.. element.EnumerateArray().Select((score, index) => ReadScore(score, index, path, mapping))],
            var kind => throw new FormatException($"The field '{path}' must be an object or an array of scores, not "
                + $"{RecordParser.NameOf(kind)}."),
        };
        var isNumeric = element.ValueKind == JsonValueKind.Array && mapping.Labels.Count > 0;
        if (isNumeric && scores.Count != mapping.Labels.Count)
        {
            throw new FormatException($"The field '{path}' has {scores.Count} scores, but Labels has {mapping.Labels.Count}; a record "
                + "holds the prediction of one text.");
        }
        var byLabel = new Dictionary<string, double>();
        foreach (var (label, score) in mapping.Logits ? Softmax(scores) : scores)
        {
            if (score is < -Tolerance or > 1 + Tolerance)
            {
                throw new FormatException(
                    $"The score of '{Excerpt.Quote(label)}' is {Format(score)}; set Logits if the scores are logits.");
            }
            if (!byLabel.TryAdd(label, Math.Clamp(score, 0, 1)))
                throw new FormatException($"The field '{path}' has two scores of the label '{Excerpt.Quote(label)}'.");
        }
        return byLabel;
    }

    private static (string Label, double Score) ReadScore(JsonElement element, int index, string path, PredictedHeadMapping mapping)
    {
        if (element.ValueKind == JsonValueKind.Number && index < mapping.Labels.Count)
            return (mapping.Labels[index], Number(element, $"{path}.{index}"));
        if (element.ValueKind == JsonValueKind.Number)
            return ($"{index}", Number(element, $"{path}.{index}"));
        return element.ValueKind == JsonValueKind.Object && RecordJson.Scalar(RecordJson.Find(element, "label")) is { Length: > 0 } label
            && RecordJson.Find(element, "score") is { } score
            ? (label, Number(score, $"{path}.{index}.score"))
            : throw new FormatException($"The field '{path}.{index}' must be a number or an object with label and score.");
    }

    private static double Number(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new FormatException($"The field '{path}' must be a number, not {RecordParser.NameOf(element.ValueKind)}.");

    private static List<(string Label, double Score)> Softmax(List<(string Label, double Score)> logits)
    {
        var largest = logits.Max(static logit => logit.Score);
        var exponentials = logits.ConvertAll(logit => (logit.Label, Score: Math.Exp(logit.Score - largest)));
        var sum = exponentials.Sum(static exponential => exponential.Score);
        return exponentials.ConvertAll(exponential => (exponential.Label, exponential.Score / sum));
    }

    private static string Format(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
