using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Evaluation.Comparisons;

/// <summary>Compares the answers of two models to the same texts or sentences.</summary>
/// <param name="First">The evaluation of the first model.</param>
/// <param name="Second">The evaluation of the second model.</param>
internal sealed record ModelComparison(HeadEvaluation First, HeadEvaluation Second)
{
    public EvaluationScores FirstScores { get; } = ScoreCounter.Score(First.Units, First.Classes);

    public EvaluationScores SecondScores { get; } = ScoreCounter.Score(Second.Units, Second.Classes);

    /// <summary>The scores of the second model minus those of the first.</summary>
    public EvaluationScores Difference => SecondScores - FirstScores;

    /// <summary>The 95 % intervals of the difference, by a paired bootstrap.</summary>
    public ScoreIntervals Intervals { get; } =
        ScoreIntervals.OfDifference(First.Units, Second.Units, Math.Max(First.Classes, Second.Classes));

    /// <summary>The test of the accuracy, by texts or by whole sentences.</summary>
    public PairedComparison Test { get; } =
        PairedComparison.Of(First.Units.Select(static unit => unit.IsCorrect), Second.Units.Select(static unit => unit.IsCorrect));
}
