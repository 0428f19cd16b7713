using System.Text.Json.Serialization;
using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Evaluation.Outcomes;

/// <summary>Counts the texts by true and predicted label.</summary>
/// <param name="Labels">The labels that occur or are predicted, in the order of the report.</param>
/// <param name="Counts">The number of texts: a row for each true label, a column for each predicted one.</param>
internal sealed record ConfusionMatrix(IReadOnlyList<string> Labels, long[][] Counts)
{
    /// <summary>The pairs of a true label and another, predicted one, the most frequent first.</summary>
    [JsonIgnore]
    public IReadOnlyList<Confusion> Confusions => [.. Labels.Index()
        .SelectMany(actual => Labels.Index().Where(predicted => predicted.Index != actual.Index)
            .Select(predicted => new Confusion(actual.Item, predicted.Item, Counts[actual.Index][predicted.Index])))
        .Where(static confusion => confusion.Count > 0).OrderByDescending(static confusion => confusion.Count)];

    public static ConfusionMatrix Of(IReadOnlyList<string> labels, IReadOnlyList<EvaluatedText> texts)
    {
        var index = labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        var counts = labels.Select(_ => new long[labels.Count]).ToArray();
        foreach (var text in texts)
            counts[index[text.Actual[0]]][index[text.Predicted[0]]]++;
        return new(labels, counts);
    }

    internal sealed record Confusion(string Actual, string Predicted, long Count);
}
