using StreamBert.Contracts;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Composition;

/// <summary>
/// A text that could not be counted, or a detector that could not judge: what threw is left out, and everything else goes on.
/// </summary>
/// <param name="Origin">The text; of a detector the last text of the step that closed the window.</param>
public sealed record MonitorFailure(RecordPosition Origin, RecordFault Fault)
{
    public static MonitorFailure Of(RecordPosition origin, string what, Exception error) =>
        new(origin, new(DeadLetterReasons.ProcessingFailed, $"{what}: {error.Message}", error));
}
