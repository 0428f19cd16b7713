using System.Diagnostics;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Sessions;

/// <summary>
/// Continues traces in the outputs of the monitor. An output depends on many texts: it belongs to the trace of the last text of its
/// pipeline that had one.
/// </summary>
internal sealed class MonitorTraces
{
    private const string Part = "Monitoring", Step = "monitor";
    private readonly Dictionary<string, ActivityContext> _last = [];

    /// <summary>Notes the trace of a prediction.</summary>
    public void Add(string pipeline, LogRecord prediction)
    {
        if (RecordTrace.ContextOf(prediction.Headers) is { } context)
            _last[pipeline] = context;
    }

    /// <summary>Returns the records of outputs in their order; those of a pipeline with a trace carry the context of one span.</summary>
    public IReadOnlyList<NewRecord> Create(IReadOnlyList<MonitorOutput> outputs)
    {
        var spans = outputs.Select(PipelineOf).Distinct().Where(_last.ContainsKey)
            .ToDictionary(static pipeline => pipeline, pipeline => Start(pipeline, outputs));
        IReadOnlyList<NewRecord> records = spans.Count == 0
            ? [.. outputs.Select(OutputRecords.Of)]
            : [.. outputs.Select(output => Create(output, spans))];
        foreach (var span in spans.Values.Reverse()) // the span that was started last is the current one
            span?.Dispose();
        return records;
    }

    /// <summary>Ends the traces of the pipelines that had outputs: these are committed.</summary>
    public void MarkCommitted(IEnumerable<MonitorOutput> outputs)
    {
        if (_last.Count == 0)
            return;
        foreach (var pipeline in outputs.Select(PipelineOf).Distinct())
            _last.Remove(pipeline);
    }

    private NewRecord Create(MonitorOutput output, Dictionary<string, Activity?> spans)
    {
        var record = OutputRecords.Of(output);
        return spans.TryGetValue(PipelineOf(output), out var span) ? RecordTrace.With(record, span, _last[PipelineOf(output)]) : record;
    }

    private Activity? Start(string pipeline, IReadOnlyList<MonitorOutput> outputs)
    {
        var span = RecordTrace.Start(Part, Step, ActivityKind.Consumer, _last[pipeline]);
        span?.SetTag("streambert.pipeline", pipeline);
        span?.SetTag("streambert.alerts", outputs.Count(output => output is MonitorOutput.RaisedAlert && PipelineOf(output) == pipeline));
        return span;
    }

    private static string PipelineOf(MonitorOutput output) => output switch
    {
        MonitorOutput.Trend { Value.Series.Pipeline: var pipeline } => pipeline,
        MonitorOutput.RaisedAlert { Value.Series.Pipeline: var pipeline } => pipeline,
        MonitorOutput.UpdatedAlert { Value.Series.Pipeline: var pipeline } => pipeline,
        MonitorOutput.ResolvedAlert { Value.Series.Pipeline: var pipeline } => pipeline,
        _ => "",
    };
}
