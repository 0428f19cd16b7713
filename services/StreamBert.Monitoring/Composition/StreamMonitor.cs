using System.Reactive.Linq;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;

namespace StreamBert.Monitoring.Composition;

/// <summary>
/// The monitor: a stream of predictions in, trends and alerts out, each pipeline on its own event time. It knows no clock and does no
/// I/O, so it runs the same live, in a replay and on a virtual-time scheduler. Not thread-safe: one input at a time.
/// </summary>
public sealed class StreamMonitor
{
    private readonly Dictionary<string, PipelineMonitor> _pipelines;

    /// <param name="state">Where to go on; it is changed with every input, and holds everything between two of them.</param>
    /// <param name="behind">The partitions that hold predictions not yet read: until they are, no window closes before its texts there came. The reader keeps it up to date.</param>
    public StreamMonitor(IReadOnlyList<PipelineOptions> pipelines, MonitoringOptions options, MonitorState state, IReadOnlySet<int> behind)
    {
        State = state;
        foreach (var pipeline in pipelines)
            state.Pipelines[pipeline.Name] = PipelineState.For(pipeline, state.Pipelines.GetValueOrDefault(pipeline.Name));
        _pipelines = pipelines.ToDictionary(
            pipeline => pipeline.Name, pipeline => new PipelineMonitor(pipeline, options, state.Pipelines[pipeline.Name], behind));
    }

    public MonitorState State { get; }

    /// <summary>By pipeline: how far its windows are closed, and its late texts.</summary>
    public IReadOnlyDictionary<string, PipelineMonitor> Pipelines => _pipelines;

    /// <summary>Composes the monitor over a stream; to be subscribed once. Inputs of pipelines that are not configured are left out.</summary>
    public IObservable<MonitorOutput> Watch(IObservable<MonitorInput> inputs) => inputs
        .Where(input => _pipelines.ContainsKey(input.Pipeline))
        .GroupBy(input => input.Pipeline)
        .SelectMany(pipeline => _pipelines[pipeline.Key].Watch(pipeline));
}
