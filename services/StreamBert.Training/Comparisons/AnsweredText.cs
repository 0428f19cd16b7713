using StreamBert.Contracts;

namespace StreamBert.Training.Comparisons;

/// <summary>A text of the stream with the answers of champion and candidate by head.</summary>
/// <param name="Stored">Its prediction as the log has it.</param>
internal sealed record AnsweredText(
    TextClassified Stored, IReadOnlyDictionary<string, HeadPrediction> Before, IReadOnlyDictionary<string, HeadPrediction> After)
{
    /// <summary>The heads that the pipeline of the text uses.</summary>
    public IReadOnlyList<string> Heads { get; } = [.. Before.Keys.Where(Stored.Heads.ContainsKey)];

    private IEnumerable<string> ChangedHeads => Heads.Where(head => Before[head].Label != After[head].Label);

    /// <summary>Whether any head gives another label.</summary>
    public bool IsChanged => ChangedHeads.Any();

    /// <summary>The pipeline, the source and the attributes; those that the prediction has sealed are unknown.</summary>
    public IEnumerable<string> Slices =>
    [
        $"pipeline={Stored.Pipeline}", .. Stored.Source is { Length: > 0 } source ? [$"source={source}"] : (string[])[],
        .. Stored.Attributes.Select(static attribute => $"{attribute.Key}={attribute.Value}"),
    ];

    /// <summary>Returns the most confident of the new labels, with the text as it is stored.</summary>
    public ChangedAnswer ToExample()
    {
        var head = ChangedHeads.MaxBy(head => After[head].Confidence)!;
        return new(Stored.Id, Stored.Pipeline, head, Before[head].Label, After[head].Label, After[head].Confidence, Stored.Text)
        {
            Sealed = Stored.Sealed,
        };
    }
}
