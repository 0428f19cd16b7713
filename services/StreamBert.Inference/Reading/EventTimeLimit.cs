using StreamBert.Contracts;

namespace StreamBert.Inference.Reading;

/// <summary>
/// Holds event times to what is possible: a text cannot have happened after it was received. A producer whose clock is ahead would
/// otherwise
/// close everybody's windows before their texts have come.
/// </summary>
internal sealed class EventTimeLimit(TimeSpan tolerance)
{
    /// <summary>
    /// The text with an event time of at most its receipt; <paramref name="claimed"/> is its own where that was later by more than the
    /// tolerance.
    /// </summary>
    public TextReceived Apply(TextReceived text, DateTimeOffset receivedAt, out DateTimeOffset? claimed)
    {
        var isAhead = text.OccurredAt - receivedAt > tolerance;
        claimed = isAhead ? text.OccurredAt : null;
        return isAhead ? text with { OccurredAt = receivedAt } : text;
    }
}
