using StreamBert.Cli.Evaluation.Calibration;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Slices;
using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>Represents what is computed of an evaluation.</summary>
/// <param name="Evaluation">The evaluation.</param>
internal sealed record EvaluationResult(HeadEvaluation Evaluation)
{
    /// <summary>
    /// The 95 % intervals: Wilson's for the accuracy of independent texts, the bootstrap's for F1 and for the words of sentences.
    /// </summary>
    public ScoreIntervals Intervals { get; } = ComputeIntervals(Evaluation);

    /// <summary>The true against the predicted labels, for a head that predicts one label per text.</summary>
    public ConfusionMatrix? Confusion { get; } = Evaluation.HasEntities || Evaluation.IsMultiLabel
        ? null
        : ConfusionMatrix.Of([.. Evaluation.Report.Classes.Select(static c => c.Label)], Evaluation.Outcomes);

    /// <summary>How well confidence and accuracy agree.</summary>
    public CalibrationReport Calibration { get; } = CalibrationReport.Of(Evaluation);

    /// <summary>The average over texts, for a multi-label head.</summary>
    public AverageMetrics? Samples { get; } = Evaluation.IsMultiLabel ? SampleAverage.Of(Evaluation.Outcomes) : null;

    /// <summary>The scores by the values of columns.</summary>
    public IReadOnlyList<ColumnSlices> Slices { get; init; } = [];

    /// <summary>The scores by group with the differences between groups.</summary>
    public IReadOnlyList<ColumnSlices> Groups { get; init; } = [];

    /// <summary>The responsible-AI figures, if any was measured besides the gap between groups.</summary>
    public ResponsibilityReport? Responsibility { get; init; }

    private static ScoreIntervals ComputeIntervals(HeadEvaluation evaluation)
    {
        var intervals = ScoreIntervals.Of(evaluation.Units, evaluation.Classes);
        var correct = evaluation.Units.Count(static unit => unit.IsCorrect);
        return evaluation.HasEntities ? intervals : intervals with { Accuracy = WilsonInterval.Of(correct, evaluation.Units.Count) };
    }
}
