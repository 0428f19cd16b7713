using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Cli.Evaluation.Comparisons;
using StreamBert.Cli.Evaluation.Sampling;
using StreamBert.Cli.Evaluation.Slices;
using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>Writes an evaluation as one JSON line: the fields of the classification report, followed by those computed of it.</summary>
internal static class EvaluationJson
{
    public static string Serialize(object value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    public static string Create(EvaluationResult result)
    {
        var json = JsonNode.Parse(Wire.ToJson(result.Evaluation.Report))!.AsObject();
        json["model"] = result.Evaluation.Version;
        json["intervals"] = ToNode(new { result.Intervals.Accuracy, result.Intervals.MicroF1, result.Intervals.MacroF1 });
        json["bootstrapSamples"] = Bootstrap.Samples;
        if (result.Samples is not null)
            json["samples"] = ToNode(result.Samples);
        if (result.Confusion is { } confusion)
            json["confusion"] = ToNode(new { confusion.Labels, confusion.Counts });
        json["calibration"] = ToNode(result.Calibration);
        json["calibrationError"] = result.Calibration.Calibrated.ExpectedError;
        if (result.Evaluation.Latency is { } latency)
            json["latency"] = ToNode(latency);
        if (result.Responsibility is { } responsibility)
            json["responsibility"] = ToNode(responsibility);
        if (result.Slices.Count > 0)
            json["slices"] = new JsonArray([.. result.Slices.Select(Describe)]);
        if (result.Groups.Count > 0)
            json["groups"] = new JsonArray([.. result.Groups.Select(Describe)]);
        return json.ToJsonString(JsonSerializerOptions.Web);
    }

    public static string Create(ModelComparison comparison) => Serialize(new
    {
        head = comparison.First.Head.Name,
        comparison.First.Report.Data,
        count = comparison.First.Units.Count,
        a = new { model = comparison.First.Version, scores = comparison.FirstScores },
        b = new { model = comparison.Second.Version, scores = comparison.SecondScores },
        comparison.Difference,
        comparison.Intervals,
        mcNemar = comparison.Test,
        conclusion = ComparisonView.Conclude(comparison),
    });

    private static JsonNode Describe(ColumnSlices slices) => ToNode(new
    {
        slices.Column,
        values = slices.Slices.Select(static slice => new
        {
            slice.Value,
            slice.Count,
            slice.Scores.Accuracy,
            slice.Scores.MacroF1,
            intervals = new { slice.Accuracy, slice.MacroF1 },
        }),
        slices.Gap,
    });

    private static JsonNode ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, JsonSerializerOptions.Web)!;
}
