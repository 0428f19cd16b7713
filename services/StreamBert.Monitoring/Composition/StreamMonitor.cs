using System.Reactive.Linq;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;

namespace StreamBert.Monitoring.Composition;

/// <summary>
/// The monitor: predictions and the inputs' progress in, trends and alerts out, each pipeline on its own event time. It knows no clock and
/// does no
/// I/O, so it runs the same live, in a replay and in a backtest. Not thread-safe: one input at a time.
/// </summary>
public sealed class StreamMonitor
{
    private readonly Dictionary<string, PipelineMonitor> _pipelines;
    private readonly InputSequencer _sequencer;

    /// <param name="state">Where to go on; it is changed with every input, and holds everything between two of them.</param>
    public StreamMonitor(IReadOnlyList<PipelineOptions> pipelines, MonitoringOptions options, MonitorState state)
    {
        State = state;
        foreach (var pipeline in pipelines)
            state.Pipelines[pipeline.Name] = PipelineState.For(pipeline, state.Pipelines.GetValueOrDefault(pipeline.Name));
        _pipelines = pipelines.ToDictionary(
            static pipeline => pipeline.Name,
            pipeline => new PipelineMonitor(pipeline, options, state.Pipelines[pipeline.Name], Failures.Add));
        var topics = pipelines.SelectMany(static pipeline => pipeline.Inputs.Select(topic => (Topic: topic, pipeline.Name)))
            .ToDictionary(static input => input.Topic, static input => input.Name);
        if (options.IncludeInteractive)
            topics[Topics.Interactive] = "";
        _sequencer = new(state.Inputs, topics.GetValueOrDefault);
    }

    public MonitorState State { get; }

    /// <summary>What threw since it was last emptied.</summary>
    public List<MonitorFailure> Failures { get; } = [];

    /// <summary>By pipeline: how far its windows are closed, and its late texts.</summary>
    public IReadOnlyDictionary<string, PipelineMonitor> Pipelines => _pipelines;

    /// <summary>What was delivered twice, what waits for predictions, and what was lost.</summary>
    public InputSequencer Inputs => _sequencer;

    /// <summary>
    /// Composes the monitor over a stream; to be subscribed once. Inputs of pipelines that are not configured are left out.
    /// </summary>
    public IObservable<MonitorOutput> Watch(IObservable<MonitorInput> inputs) => inputs
        .SelectMany(_sequencer.Apply)
        .Where(step => _pipelines.ContainsKey(step.Pipeline))
        .GroupBy(static step => step.Pipeline)
        .SelectMany(pipeline => _pipelines[pipeline.Key].Watch(pipeline));
}
