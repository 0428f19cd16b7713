using System.Reactive.Subjects;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>
/// Runs the monitor on virtual time: the composition of the live service over recorded predictions, as fast as they can be read. It
/// uses no clock and no random number, so that two runs give the same result to the byte.
/// </summary>
internal static class Backtest
{
    /// <summary>Runs the monitor over predictions in the order in which they arrived.</summary>
    /// <param name="pipeline">The pipeline with its rules; predictions of other pipelines are not counted.</param>
    /// <param name="options">The technical limits of the monitor.</param>
    /// <param name="texts">The predictions; they are enumerated once, and none is kept.</param>
    /// <param name="settings">The period and what to keep; null for the defaults.</param>
    public static BacktestResult Run(
        PipelineOptions pipeline, AnalysisOptions options, IEnumerable<TextClassified> texts, BacktestSettings? settings = null)
    {
        settings ??= new();
        return Run(pipeline, options, _ => new InputSynthesizer(pipeline, settings).Synthesize(texts), settings);
    }

    /// <summary>Runs the monitor over its inputs, such as those of a log with the recorded progress of Inference.</summary>
    /// <param name="pipeline">The pipeline with its rules.</param>
    /// <param name="options">The technical limits of the monitor.</param>
    /// <param name="inputs">Returns the inputs; it may ask the sequencer whether a step waits for predictions.</param>
    /// <param name="settings">The profiles of the model, and what to keep; null for the defaults.</param>
    public static BacktestResult Run(
        PipelineOptions pipeline, AnalysisOptions options, Func<InputSequencer, IEnumerable<MonitorInput>> inputs,
        BacktestSettings? settings = null)
    {
        var monitor = new StreamMonitor([pipeline], options, new());
        settings ??= new();
        var collector = new OutputCollector(settings);
        using var subject = new Subject<MonitorInput>();
        using var subscription = monitor.Watch(subject).Subscribe(collector.Add);
        foreach (var profile in settings.Profiles)
            subject.OnNext(new MonitorInput.ModelProfile(profile));
        foreach (var input in inputs(monitor.Inputs))
            subject.OnNext(input);
        return collector.Result(monitor.Pipelines[pipeline.Name].EventTime, [.. monitor.Failures]);
    }
}
