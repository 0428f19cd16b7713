using System.Diagnostics.Metrics;
using StreamBert.Model.Training;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Training.Runs;

namespace StreamBert.Training;

/// <summary>The instruments of the service, on the meter <c>StreamBert.Training</c>.</summary>
internal static class TrainingMetrics
{
    private static readonly Meter Meter = Telemetry.Meter("Training");

    /// <summary>Feedback read from its topic, by <c>pipeline</c>.</summary>
    public static readonly Counter<long> Feedback = Meter.CreateCounter<long>(
        "streambert.training.feedback", "{feedback}", "Feedback read from its topic, by pipeline.");

    /// <summary>Feedback that the last run excluded, by <c>reason</c>.</summary>
    private static readonly Gauge<long> ExcludedFeedback = Meter.CreateGauge<long>(
        "streambert.training.excluded_feedback", "{feedback}", "Feedback that the last run excluded from its dataset, by reason.");

    /// <summary>New feedback since the last run, by <c>model</c>.</summary>
    public static readonly Gauge<long> PendingFeedback = Meter.CreateGauge<long>(
        "streambert.training.pending_feedback", "{feedback}", "New feedback since the last run, by model.");

    private static readonly Counter<long> Runs = Meter.CreateCounter<long>(
        "streambert.training.runs", "{run}", "Training runs by outcome (promoted, staged, rejected, failed, cancelled, discarded).");

    private static readonly Histogram<double> RunDuration = Meter.CreateHistogram<double>(
        "streambert.training.run.duration", "s", "Duration of a training run.");

    private static readonly Gauge<double> RunRemaining = Meter.CreateGauge<double>(
        "streambert.training.run.remaining", "s", "Estimated time to the end of fine-tuning in the current run.");

    private static readonly Gauge<int> Epoch = Meter.CreateGauge<int>(
        "streambert.training.epoch", "{epoch}", "Epoch of the current run.");

    private static readonly Gauge<int> Step = Meter.CreateGauge<int>(
        "streambert.training.step", "{step}", "Optimiser steps of the current run.");

    private static readonly Gauge<double> Loss = Meter.CreateGauge<double>(
        "streambert.training.loss", null, "Smoothed training loss of the current run.");

    private static readonly Gauge<double> Throughput = Meter.CreateGauge<double>(
        "streambert.training.throughput", "{token}/s", "Tokens trained per second in the current run.");

    /// <summary>Records the number of feedback records that a run excludes for a reason.</summary>
    public static void RecordExcluded(string reason, int count) =>
        ExcludedFeedback.Record(count, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Records the end of a run, with its duration if it came to a result.</summary>
    public static void RecordRun(RunOutcome outcome, double? seconds = null)
    {
        Runs.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString().ToLowerInvariant()));
        if (seconds is { } duration)
            RunDuration.Record(duration);
    }

    /// <summary>Records the progress of fine-tuning.</summary>
    public static void RecordProgress(TrainingProgress progress)
    {
        Epoch.Record(progress.Epoch);
        Step.Record(progress.Step);
        Loss.Record(progress.Loss);
        Throughput.Record(progress.TokensPerSecond);
        RunRemaining.Record(progress.Remaining.TotalSeconds);
    }
}
