using StreamBert.Contracts;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Inputs;

/// <summary>Reports a text that could not be counted or a detector that threw. Its result is skipped; everything else continues.</summary>
/// <param name="Origin">The text; for a detector, the last text of the step that closed the window.</param>
/// <param name="Fault">The reason.</param>
internal sealed record ProcessingFailure(RecordPosition Origin, RecordFault Fault)
{
    public static ProcessingFailure Of(RecordPosition origin, string description, Exception error) =>
        new(origin, new(DeadLetterReasons.ProcessingFailed, $"{description}: {error.Message}", error));
}
