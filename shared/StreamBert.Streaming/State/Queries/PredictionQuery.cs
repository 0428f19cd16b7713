using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>Selects recent predictions, newest first. Null selects all.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Head">With <paramref name="Label"/>: the head whose label must match; null: any head.</param>
/// <param name="Label">The label that a prediction must have.</param>
/// <param name="Limit">The most predictions to return.</param>
public sealed record PredictionQuery(string? Pipeline = null, string? Head = null, string? Label = null, int Limit = 50)
{
    /// <summary>The cursor of the page before; null: the first page.</summary>
    public StateCursor? After { get; init; }

    internal bool Matches(TextClassified prediction) =>
        (Head is null || prediction.Heads.ContainsKey(Head))
        && (Label is null || prediction.Heads.Any(head => (Head is null || head.Key == Head) && head.Value.Label == Label));
}
