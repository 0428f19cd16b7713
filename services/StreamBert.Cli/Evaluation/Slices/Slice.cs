using StreamBert.Contracts;
using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Evaluation.Slices;

/// <summary>Represents the scores of the texts that have one value in a column.</summary>
internal sealed record Slice(string Value, IReadOnlyList<EvaluationUnit> Units, int Classes)
{
    public int Count => Units.Count;

    public int Correct { get; } = Units.Count(static unit => unit.IsCorrect);

    public EvaluationScores Scores { get; } = ScoreCounter.Score(Units, Classes);

    public Interval Accuracy => WilsonInterval.Of(Correct, Count);

    public Interval MacroF1 { get; } = ScoreIntervals.Of(Units, Classes).MacroF1;
}
