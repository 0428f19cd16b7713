using System.Diagnostics;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>
/// Carries the context of a trace from record to record, in the header <see cref="RecordHeaders.TraceParent"/> (W3C Trace Context), so that
/// one trace leads from the request that sent a text to the message about an alert.
/// </summary>
public static class RecordTrace
{
    /// <summary>Returns the context that a record carries; null without one.</summary>
    public static ActivityContext? ContextOf(IReadOnlyDictionary<string, byte[]> headers) =>
        headers.TryGetValue(RecordHeaders.TraceParent, out var value)
        && ActivityContext.TryParse(Encoding.ASCII.GetString(value), null, isRemote: true, out var context)
            ? context
            : null;

    /// <summary>Starts the span of a step whose input carries a context.</summary>
    /// <param name="part">The part of the system, such as <c>Inference</c>.</param>
    /// <param name="name">The name of the step.</param>
    /// <param name="kind">The kind of the span.</param>
    /// <param name="parent">The context of the input.</param>
    /// <param name="start">When the step started; default: now.</param>
    /// <returns>Null if nobody listens, or the trace is not sampled.</returns>
    public static Activity? Start(string part, string name, ActivityKind kind, ActivityContext parent, DateTimeOffset start = default) =>
        Telemetry.Source(part).StartActivity(name, kind, parent, startTime: start);

    /// <summary>Returns a record that carries the context of the current span, if it is recorded.</summary>
    public static NewRecord WithCurrent(NewRecord record) => With(record, Activity.Current);

    /// <summary>Returns a record that carries the context of a span; where there is none, that of its input.</summary>
    public static NewRecord With(NewRecord record, Activity? span, ActivityContext? input = null)
    {
        var traceParent = span is { Recorded: true, Id: { } id } ? id : input is { } context ? Format(context) : null;
        return traceParent is null
            ? record
            : record with
            {
                Headers = new Dictionary<string, byte[]>(record.Headers)
                {
                    [RecordHeaders.TraceParent] = Encoding.ASCII.GetBytes(traceParent),
                },
            };
    }

    private static string Format(ActivityContext context) =>
        $"00-{context.TraceId}-{context.SpanId}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
}
