using StreamBert.Cli.Evaluation.Calibration;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Timing;
using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>Represents what is computed of an evaluation besides its classification report, as JSON and model cards contain it.</summary>
internal sealed record EvaluationDetails
{
    /// <summary>The version of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The SHA-256 of the evaluated file; null if a part of a file was evaluated.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>The 95 % intervals of the scores.</summary>
    public required ScoreIntervals Intervals { get; init; }

    /// <summary>The number of bootstrap samples of the intervals.</summary>
    public int BootstrapSamples { get; init; } = Bootstrap.Samples;

    /// <summary>The average over texts, of a multi-label head.</summary>
    public AverageMetrics? Samples { get; init; }

    /// <summary>The true against the predicted labels, of a head that predicts one label per text.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    public required CalibrationReport Calibration { get; init; }

    public LatencyReport? Latency { get; init; }

    public ResponsibilityReport? Responsibility { get; init; }

    /// <summary>The scores by the values of columns.</summary>
    public IReadOnlyList<ColumnSummary> Slices { get; init; } = [];

    /// <summary>The scores by group with the differences between groups.</summary>
    public IReadOnlyList<ColumnSummary> Groups { get; init; } = [];

    public static EvaluationDetails Of(EvaluationResult result) => new()
    {
        Model = result.Evaluation.Version,
        DataSha256 = result.Evaluation.DataSha256,
        Intervals = result.Intervals,
        Samples = result.Samples,
        Confusion = result.Confusion,
        Calibration = result.Calibration,
        Latency = result.Evaluation.Latency,
        Responsibility = result.Responsibility,
        Slices = [.. result.Slices.Select(ColumnSummary.Of)],
        Groups = [.. result.Groups.Select(ColumnSummary.Of)],
    };
}
