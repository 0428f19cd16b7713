using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Cli.CommandLine;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Classifies lines in batches and writes one JSON line for each, in order and in constant memory.</summary>
internal sealed class LineClassifier(TextClassifier model, bool includesLogits, TextWriter output)
{
    private const int MaxBatchTexts = 64;
    private const int MaxBatchTokens = 8192;

    /// <summary>The number of texts by language that the model was not trained on.</summary>
    public Dictionary<string, long> ForeignLanguages { get; } = [];

    /// <returns>The number of lines that could not be read; each has an output line with its error.</returns>
    public long Run(IEnumerable<TextLine> lines, CancellationToken cancellation)
    {
        var unreadable = 0L;
        foreach (var batch in CreateBatches(lines))
        {
            cancellation.ThrowIfCancellationRequested();
            unreadable += Classify(batch);
        }
        output.Flush();
        return unreadable;
    }

    /// <summary>Collects lines with their tokens into batches that suit one forward pass.</summary>
    private IEnumerable<List<(TextLine Line, EncodedText? Encoded)>> CreateBatches(IEnumerable<TextLine> lines)
    {
        var batch = new List<(TextLine, EncodedText?)>();
        var tokens = 0;
        foreach (var line in lines)
        {
            var encoded = line.Text is { } text ? model.Encode(text) : null;
            batch.Add((line, encoded));
            tokens += encoded?.Length ?? 0;
            if (batch.Count < MaxBatchTexts && tokens < MaxBatchTokens)
                continue;
            yield return batch;
            (batch, tokens) = ([], 0);
        }
        if (batch.Count > 0)
            yield return batch;
    }

    private long Classify(List<(TextLine Line, EncodedText? Encoded)> batch)
    {
        var texts = batch.Select(static item => item.Encoded).OfType<EncodedText>().ToList();
        var predictions = texts.Count > 0 ? model.Classify(texts) : [];
        var next = 0;
        foreach (var (line, encoded) in batch)
        {
            var result = encoded is not null
                ? CreateLine(line, encoded, predictions[next++])
                : new ClassifiedLine { Line = line.Number, Error = line.Error };
            output.WriteLine(JsonSerializer.Serialize(result, ClassifyJsonContext.Unescaped.ClassifiedLine));
        }
        return batch.Count - texts.Count;
    }

    private ClassifiedLine CreateLine(TextLine line, EncodedText encoded, ClassifiedText prediction) => new()
    {
        Note = line.Note,
        Text = line.Text,
        ForeignLanguage = CountForeign(model.FindForeignLanguage(line.Text!)),
        Heads = prediction.Heads,
        Entities = prediction.Entities?.Select(entity => entity.WithText(line.Text!)).ToList(),
        Tokens = encoded.Length,
        Truncated = encoded.IsTruncated,
        Ids = includesLogits ? encoded.Ids : null,
        Logits = includesLogits
            ? model.Heads.ToDictionary(static head => head.Name, head => ToJson(head, prediction.Logits[head.Name]))
            : null,
    };

    private string? CountForeign(string? language)
    {
        if (language is not null)
            ForeignLanguages[language] = ForeignLanguages.GetValueOrDefault(language) + 1;
        return language;
    }

    private static JsonArray ToJson(HeadInfo head, float[] logits) => head.Task == HeadTask.TokenClassification
        ? new JsonArray([.. logits.Chunk(head.Labels.Count).Select(ToJson)])
        : ToJson(logits);

    private static JsonArray ToJson(float[] values) => new([.. values.Select(static value => (JsonNode?)JsonValue.Create(value))]);
}
