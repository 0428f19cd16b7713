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

    /// <summary>The first event time of the texts.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The event time before which the texts must lie.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The least confidence of the label, or of any head without one.</summary>
    public double? MinConfidence { get; init; }

    /// <summary>The highest confidence of the label, or of any head without one.</summary>
    public double? MaxConfidence { get; init; }

    /// <summary>What else a prediction must fulfil.</summary>
    public Func<TextClassified, bool>? Where { get; init; }

    internal bool Matches(TextClassified prediction) =>
        !(prediction.OccurredAt < From) && !(prediction.OccurredAt >= To)
        && (AllowsAnyHead || prediction.Heads.Any(head => Matches(head.Key, head.Value)))
        && Where?.Invoke(prediction) != false;

    private bool AllowsAnyHead => Head is null && Label is null && MinConfidence is null && MaxConfidence is null;

    private bool Matches(string head, HeadPrediction prediction) =>
        (Head is null || head == Head) && (Label is null || prediction.Label == Label)
        && !(prediction.Confidence < MinConfidence) && !(prediction.Confidence > MaxConfidence);
}
