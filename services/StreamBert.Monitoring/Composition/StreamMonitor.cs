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
    /// <param name="partitions">The partitions predictions come from: until each has brought a text, or proved idle, no window closes.</param>
    public StreamMonitor(IReadOnlyList<PipelineOptions> pipelines, MonitoringOptions options, MonitorState state, IReadOnlyCollection<int> partitions)
    {
        State = state;
        foreach (var pipeline in pipelines)
        {
            var saved = PipelineState.For(pipeline, state.Pipelines.GetValueOrDefault(pipeline.Name));
            state.Pipelines[pipeline.Name] = saved;
            foreach (var partition in partitions)
                saved.Windows.Clocks.Expect(partition);
        }
        _pipelines = pipelines.ToDictionary(pipeline => pipeline.Name, pipeline => new PipelineMonitor(pipeline, options, state.Pipelines[pipeline.Name]));
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
