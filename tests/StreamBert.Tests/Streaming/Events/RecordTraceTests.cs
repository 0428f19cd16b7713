using System.Diagnostics;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Streaming.Events;

/// <summary>The context of a trace goes from record to record as the header <c>traceparent</c> of W3C Trace Context.</summary>
public sealed class RecordTraceTests
{
    private const string Example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"; // of the specification
    private static readonly NewRecord Record = new("t", null, [], DateTimeOffset.UnixEpoch)
    {
        Headers = new Dictionary<string, byte[]> { [RecordHeaders.Type] = "A"u8.ToArray() },
    };

    [Fact]
    public void The_context_of_the_input_is_kept_where_there_is_no_span()
    {
        var context = RecordTrace.ContextOf(Headers(Example));

        var record = RecordTrace.With(Record, span: null, context);

        Assert.Equal(Example, Encoding.ASCII.GetString(record.Headers[RecordHeaders.TraceParent]));
        Assert.Equal("A", Encoding.ASCII.GetString(record.Headers[RecordHeaders.Type]));
    }

    [Fact]
    public void The_context_of_a_recorded_span_replaces_that_of_its_input()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == $"{Telemetry.Prefix}{nameof(RecordTraceTests)}",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var parent = RecordTrace.ContextOf(Headers(Example))!.Value;

        using var span = RecordTrace.Start(nameof(RecordTraceTests), "step", ActivityKind.Consumer, parent);
        var record = RecordTrace.With(Record, span, parent);

        var context = RecordTrace.ContextOf(record.Headers)!.Value;
        Assert.Equal((parent.TraceId, span!.SpanId), (context.TraceId, context.SpanId));
        Assert.Equal(parent.SpanId, span.ParentSpanId);
    }

    [Fact]
    public void A_record_without_a_trace_is_not_changed() => Assert.Same(Record, RecordTrace.With(Record, span: null));

    [Theory]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c")]
    [InlineData("none")]
    public void An_invalid_header_is_no_context(string value) => Assert.Null(RecordTrace.ContextOf(Headers(value)));

    private static Dictionary<string, byte[]> Headers(string value) =>
        new() { [RecordHeaders.TraceParent] = Encoding.ASCII.GetBytes(value) };
}
