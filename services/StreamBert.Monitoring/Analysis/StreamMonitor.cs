using System.Reactive.Linq;
using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Analysis;

/// <summary>
/// The monitor: it turns predictions and the inputs' progress into trends and alerts, each pipeline on its own event time. It reads no
/// clock and does no I/O, so that it computes the same live, in a replay and in a backtest. It is not thread-safe.
/// </summary>
internal sealed class StreamMonitor
{
    private readonly Dictionary<string, PipelineMonitor> _pipelines;

    /// <param name="pipelines">The pipelines.</param>
    /// <param name="options">The options of windows, detectors and alerts.</param>
    /// <param name="state">The state to continue from. It is changed with every input, and is complete between two of them.</param>
    public StreamMonitor(IReadOnlyList<PipelineOptions> pipelines, AnalysisOptions options, MonitorState state)
    {
        State = state;
        foreach (var pipeline in pipelines)
            state.Pipelines[pipeline.Name] = PipelineState.For(pipeline, state.Pipelines.GetValueOrDefault(pipeline.Name));
        _pipelines = pipelines.ToDictionary(
            static pipeline => pipeline.Name, pipeline => new PipelineMonitor(pipeline, options, state.Pipelines[pipeline.Name], Failures));
        Inputs = new(state.Inputs, PipelineByTopic(pipelines, options.IncludeInteractive));
    }

    public MonitorState State { get; }

    /// <summary>The failures since the list was last cleared.</summary>
    public List<ProcessingFailure> Failures { get; } = [];

    /// <summary>Pipeline → its watermark and late texts.</summary>
    public IReadOnlyDictionary<string, PipelineMonitor> Pipelines => _pipelines;

    /// <summary>Orders the inputs; it counts duplicates and lost predictions.</summary>
    public InputSequencer Inputs { get; }

    /// <summary>Composes the monitor over a stream; subscribe once. Inputs of pipelines that are not configured are skipped.</summary>
    public IObservable<MonitorOutput> Watch(IObservable<MonitorInput> inputs) => inputs
        .SelectMany(Apply)
        .Where(step => _pipelines.ContainsKey(step.Pipeline))
        .GroupBy(static step => step.Pipeline)
        .SelectMany(pipeline => _pipelines[pipeline.Key].Watch(pipeline));

    private IEnumerable<InputStep> Apply(MonitorInput input)
    {
        switch (input)
        {
            case MonitorInput.RuleChange { Value: var change }:
                _pipelines.GetValueOrDefault(change.Pipeline)?.Change(change);
                return [];
            case MonitorInput.Feedback { Value: var feedback }:
                _pipelines.GetValueOrDefault(feedback.Pipeline)?.Add(feedback);
                return [];
            case MonitorInput.Withdrawal { Value: var withdrawal }:
                _pipelines.GetValueOrDefault(withdrawal.Pipeline)?.Withdraw(withdrawal);
                return [];
            case MonitorInput.ModelProfile { Value: var profiled }:
                foreach (var pipeline in _pipelines.Values)
                    pipeline.Accept(profiled);
                return [];
            default:
                return Inputs.Apply(input);
        }
    }

    private static Dictionary<string, string> PipelineByTopic(IReadOnlyList<PipelineOptions> pipelines, bool includeInteractive)
    {
        var pipelineByTopic = pipelines.SelectMany(static pipeline => pipeline.Inputs.Select(topic => (Topic: topic, pipeline.Name)))
            .ToDictionary(static input => input.Topic, static input => input.Name);
        if (includeInteractive)
            pipelineByTopic[Topics.Interactive] = "";
        return pipelineByTopic;
    }
}
