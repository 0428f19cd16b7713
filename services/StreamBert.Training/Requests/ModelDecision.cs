using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Requests;

/// <summary>The decision on a request about a model.</summary>
/// <param name="Records">The records to append: the event that answers the request, with its audit entry.</param>
public sealed record ModelDecision(IReadOnlyList<NewRecord> Records)
{
    /// <summary>The event that answers the request; null for a refusal, and for a training run, whose events answer it.</summary>
    public object? Outcome { get; init; }

    /// <summary>Why the request was refused; null if it was granted.</summary>
    public RecordFault? Refusal { get; init; }
}
