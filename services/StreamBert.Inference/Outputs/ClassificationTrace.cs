using System.Diagnostics;
using StreamBert.Inference.Records;
using StreamBert.Streaming.Events;

namespace StreamBert.Inference.Outputs;

/// <summary>Continues the trace of a text, if it has one, with the span of its classification.</summary>
internal static class ClassificationTrace
{
    private const string Part = "Inference", Step = "classify";

    /// <summary>Returns the outputs with the context of the span, which covers the time from the read to now.</summary>
    public static RecordOutputs Continue(RecordOutputs outputs, TimeProvider time)
    {
        if (RecordTrace.ContextOf(outputs.Record.Source.Headers) is not { } parent)
            return outputs;
        using var span = RecordTrace.Start(Part, Step, ActivityKind.Consumer, parent, StartOf(outputs.Record, time));
        span?.SetTag("streambert.pipeline", outputs.Record.Pipeline?.Name);
        if (outputs.Record is InFlightRecord.Rejected { Rejection: var rejection })
            span?.SetStatus(ActivityStatusCode.Error, rejection.Reason);
        return outputs with { Outputs = [.. outputs.Outputs.Select(output => RecordTrace.With(output, span, parent))] };
    }

    private static DateTimeOffset StartOf(InFlightRecord record, TimeProvider time) =>
        record is InFlightRecord.Queued { ReadAt: var readAt } ? time.GetUtcNow() - time.GetElapsedTime(readAt) : default;
}
