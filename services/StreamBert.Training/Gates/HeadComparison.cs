using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Training.Gates;

/// <summary>The answers of champion and candidate to the same labelled texts of one head.</summary>
/// <param name="Labels">The labels of the head.</param>
internal sealed record HeadComparison(
    string Head, IReadOnlyList<string> Labels, IReadOnlyList<EvaluatedText> Champion, IReadOnlyList<EvaluatedText> Candidate)
{
    /// <summary>The share of the samples beyond each end of an interval: each end is a one-sided 95 % bound.</summary>
    public const double Tail = 0.05;

    public int Count => Candidate.Count;

    /// <summary>The fairness groups of each text, <c>attribute=value</c>; empty if no text has any.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Groups { get; init; } = [];

    /// <summary>The leak risk θ that the candidate adds to the champion's, if there are enough texts to measure it.</summary>
    public Estimate? LeakRisk { get; init; }

    /// <summary>The opacity ε of the candidate and of the champion, if they were measured.</summary>
    public (Opacity Candidate, Opacity Champion)? Opacity { get; init; }

    /// <summary>Returns the same comparison of each group with at least <paramref name="minimum"/> texts.</summary>
    public IReadOnlyList<HeadComparison> SplitByGroup(int minimum) =>
    [
        .. Groups.Index().SelectMany(static text => text.Item.Select(group => (Group: group, text.Index)))
            .GroupBy(static text => text.Group, static text => text.Index, StringComparer.Ordinal)
            .Where(group => group.Count() >= minimum).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(group => new HeadComparison(
                group.Key, Labels, [.. group.Select(index => Champion[index])], [.. group.Select(index => Candidate[index])])),
    ];

    /// <summary>The comparison of the accuracies; the champion is the first model.</summary>
    public PairedComparison Paired { get; } =
        PairedComparison.Of(Champion.Select(static text => text.IsCorrect), Candidate.Select(static text => text.IsCorrect));

    /// <summary>The interval of the accuracy gain.</summary>
    public Interval GainInterval => Paired.ScoreInterval(WilsonInterval.OneSided95);

    public double ChampionAccuracy => AccuracyOf(Champion);

    public double CandidateAccuracy => AccuracyOf(Candidate);

    /// <summary>The gain in macro-F1 with its interval.</summary>
    public (double Gain, Interval Interval) ComputeMacroF1()
    {
        var classes = Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        EvaluationUnit[] first = [.. Champion.Select(text => EvaluationUnit.FromText(text, classes))];
        EvaluationUnit[] second = [.. Candidate.Select(text => EvaluationUnit.FromText(text, classes))];
        var gain = ScoreCounter.Score(second, classes.Count) - ScoreCounter.Score(first, classes.Count);
        return (gain.MacroF1, ScoreIntervals.OfDifference(first, second, classes.Count, Tail).MacroF1);
    }

    private static double AccuracyOf(IReadOnlyList<EvaluatedText> texts) =>
        texts.Count == 0 ? 0 : texts.Count(static text => text.IsCorrect) / (double)texts.Count;
}
