using System.Diagnostics.Metrics;
using StreamBert.Model.Training;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Training;

/// <summary>What the training service counts and shows, on the meter <c>StreamBert.Training</c>.</summary>
public sealed class TrainingMetrics
{
    private readonly Meter _meter = Telemetry.Meter("Training");
    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;
    private readonly Gauge<int> _epoch, _step;
    private readonly Gauge<double> _loss, _tokensPerSecond, _remaining;

    public TrainingMetrics()
    {
        Verdicts = _meter.CreateCounter<long>("streambert.training.verdicts", "{verdict}", "Verdicts read from the feedback topic.");
        _runs = _meter.CreateCounter<long>("streambert.training.runs", "{run}", "Runs by their end (RunEnd).");
        _duration = _meter.CreateHistogram<double>("streambert.training.run.duration", "s", "Wall time of a whole run.");
        SetAside = _meter.CreateGauge<long>(
            "streambert.training.set_aside",
            "{verdict}",
            "Verdicts the last run could not learn from, by reason.");
        Waiting = _meter.CreateGauge<long>("streambert.training.waiting", "{verdict}", "New verdicts since the last run, by model.");
        _epoch = _meter.CreateGauge<int>("streambert.training.epoch", "{epoch}", "Epoch of the run under way.");
        _step = _meter.CreateGauge<int>("streambert.training.step", "{step}", "Optimiser steps done in the run under way.");
        _loss = _meter.CreateGauge<double>("streambert.training.loss", null, "Training loss, smoothed.");
        _tokensPerSecond = _meter.CreateGauge<double>(
            "streambert.training.tokens_per_second",
            "{token}/s",
            "Word pieces learned a second.");
        _remaining = _meter.CreateGauge<double>("streambert.training.remaining", "s", "Estimated time to the end of fine-tuning.");
    }

    public Counter<long> Verdicts { get; }
    public Gauge<long> SetAside { get; }
    public Gauge<long> Waiting { get; }

    /// <summary>Counts the end of a run, with its wall time in seconds where it came to a result.</summary>
    public void Ran(RunEnd end, double? seconds = null)
    {
        _runs.Add(1, new KeyValuePair<string, object?>("end", end.ToString()));
        if (seconds is { } duration)
            _duration.Record(duration);
    }

    /// <summary>Shows where fine-tuning stands.</summary>
    public void Show(TrainingProgress progress)
    {
        _epoch.Record(progress.Epoch);
        _step.Record(progress.Step);
        _loss.Record(progress.Loss);
        _tokensPerSecond.Record(progress.TokensPerSecond);
        _remaining.Record(progress.Remaining.TotalSeconds);
    }
}

/// <summary>How a run ended: values of the tag <c>end</c>.</summary>
public enum RunEnd
{
    Promoted,
    Rejected,

    /// <summary>By an error; it is tried again.</summary>
    Failed,

    /// <summary>By a stop, a rollback or a new assignment.</summary>
    BrokenOff,

    /// <summary>Its feedback belonged to another reader by the time it was done, so nothing was written.</summary>
    Dropped,
}
