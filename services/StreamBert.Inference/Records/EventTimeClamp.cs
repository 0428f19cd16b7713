using StreamBert.Contracts;

namespace StreamBert.Inference.Records;

/// <summary>
/// Limits event times to the receipt of the text: a text cannot have happened after it was received. Without the limit, a producer whose
/// clock is ahead would advance the watermark past the texts of all others.
/// </summary>
internal sealed class EventTimeClamp(TimeSpan tolerance)
{
    /// <summary>Returns the text with an event time of at most its receipt.</summary>
    /// <param name="claimed">The original event time if it exceeded the receipt by more than the tolerance; else null.</param>
    public TextReceived Apply(TextReceived text, DateTimeOffset receivedAt, out DateTimeOffset? claimed)
    {
        var isAhead = text.OccurredAt - receivedAt > tolerance;
        claimed = isAhead ? text.OccurredAt : null;
        return isAhead ? text with { OccurredAt = receivedAt } : text;
    }
}
