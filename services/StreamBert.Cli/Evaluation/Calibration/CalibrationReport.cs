using StreamBert.Cli.Evaluation.Outcomes;

namespace StreamBert.Cli.Evaluation.Calibration;

/// <summary>Represents how well the confidence of a head agrees with its accuracy.</summary>
/// <param name="Calibrated">The answers as they are served.</param>
/// <param name="Uncalibrated">The same answers at temperature 1.</param>
/// <param name="Coverage">What routes with different thresholds receive; none unless the head predicts one label per text.</param>
internal sealed record CalibrationReport(
    ReliabilityDiagram Calibrated, ReliabilityDiagram Uncalibrated, IReadOnlyList<CoveragePoint> Coverage)
{
    /// <summary>
    /// Computes the report: of the predicted label for a head that predicts one, of every label of every text for a multi-label head, and
    /// of the predicted tag of every word for a token-classification head.
    /// </summary>
    public static CalibrationReport Of(HeadEvaluation evaluation)
    {
        if (evaluation.IsMultiLabel)
            return new(ReliabilityDiagram.Of(ListLabels(evaluation, true)), ReliabilityDiagram.Of(ListLabels(evaluation, false)), []);
        var served = evaluation.Outcomes.Select(static text => new ConfidenceOutcome(text.Confidence, text.IsCorrect));
        List<ConfidenceOutcome> outcomes = [.. served];
        var confidences = evaluation.HasEntities
            ? evaluation.Tags.SelectMany(static sentence => sentence.Predicted).Select(static tag => tag.Uncalibrated)
            : evaluation.Answers.Select(static answer => answer.Uncalibrated.Confidence);
        var uncalibrated = ReliabilityDiagram.Of(confidences.Zip(outcomes, static (confidence, served) =>
            served with { Confidence = confidence }));
        return new(ReliabilityDiagram.Of(outcomes), uncalibrated, evaluation.HasEntities ? [] : CoveragePoint.Curve(outcomes));
    }

    private static IEnumerable<ConfidenceOutcome> ListLabels(HeadEvaluation evaluation, bool calibrated) =>
        evaluation.Rows.Zip(evaluation.Answers).SelectMany(pair => (calibrated ? pair.Second.Prediction : pair.Second.Uncalibrated).Scores
            .Select(score => new ConfidenceOutcome(score.Value, pair.First.Labels.Contains(score.Key))));
}
