using StreamBert.Contracts;
using static StreamBert.Training.Gates.Gate;

namespace StreamBert.Training.Gates;

/// <summary>
/// Fails if the candidate is shown to be worse for one group of texts, however much better it is for all together. The groups are the
/// values of the attributes that the fairness rules of the pipeline name.
/// </summary>
internal static class FairnessGate
{
    public static IEnumerable<GateResult> Evaluate(IReadOnlyList<HeadComparison> compared, GateOptions options)
    {
        var evaluated = false;
        foreach (var (head, attribute, groups) in compared.SelectMany(head => FindGroups(head, options)))
        {
            evaluated = true;
            yield return Evaluate(head.Head, attribute, groups, options);
        }
        if (!evaluated)
            yield return NotEvaluated(compared, options);
    }

    /// <summary>Returns the fairness gap δ: the largest difference of the accuracies of two groups, with its interval.</summary>
    public static (double Gap, Interval Interval) ComputeGap(
        IReadOnlyList<HeadComparison> groups, Func<HeadComparison, double> accuracyOf)
    {
        var (highest, lowest) = (groups.MaxBy(accuracyOf)!, groups.MinBy(accuracyOf)!);
        return (accuracyOf(highest) - accuracyOf(lowest), NewcombeInterval.Of(
            accuracyOf(highest), highest.Count, accuracyOf(lowest), lowest.Count, WilsonInterval.OneSided95));
    }

    /// <summary>Returns the groups of each attribute of which two can be compared or more.</summary>
    public static IEnumerable<(HeadComparison Head, string Attribute, IReadOnlyList<HeadComparison> Groups)> FindGroups(
        HeadComparison head, GateOptions options) =>
        head.SplitByGroup(options.MinimumHeldOut).GroupBy(static group => group.Head.Split('=')[0])
            .Where(static attribute => attribute.Count() > 1)
            .Select(attribute => (head, attribute.Key, (IReadOnlyList<HeadComparison>)[.. attribute]));

    /// <summary>
    /// Compares each group by the exact test of McNemar. The significance is divided by the number of groups (Bonferroni), so that a
    /// candidate that is worse for none is refused in at most 5 % of cases.
    /// </summary>
    private static GateResult Evaluate(string head, string attribute, IReadOnlyList<HeadComparison> groups, GateOptions options)
    {
        var required = Significance / groups.Count;
        var shown = groups.Where(group => group.Paired.PValueOfLoss < required && group.Paired.Difference < -options.MaximumRegression)
            .MinBy(static group => group.Paired.PValueOfLoss);
        var (worst, isWorse) = (shown ?? groups.MinBy(static group => group.Paired.Difference)!, shown is not null);
        var before = ComputeGap(groups, static group => group.ChampionAccuracy).Gap;
        var after = ComputeGap(groups, static group => group.CandidateAccuracy).Gap;
        return new()
        {
            Gate = Gate.Fairness,
            Head = head,
            Outcome = ToOutcome(!isWorse),
            Value = worst.Paired.Difference,
            Interval = worst.GainInterval,
            Threshold = -options.MaximumRegression,
            Text = Text($"fairness of {head} by {attribute}: {(isWorse ? "worse for" : "least gain for")} {worst.Head}: accuracy ")
                + Text($"{worst.ChampionAccuracy:0.000} → {worst.CandidateAccuracy:0.000} on {worst.Count} texts ")
                + Text($"({Text(worst.GainInterval)}), exact McNemar p = {worst.Paired.PValueOfLoss:0.0000} ")
                + Text($"({required:0.0000} shows a loss); δ between {groups.Count} groups {before:0.000} → {after:0.000}"),
        };
    }

    private static GateResult NotEvaluated(IReadOnlyList<HeadComparison> compared, GateOptions options) => new()
    {
        Gate = Gate.Fairness,
        Outcome = GateResult.NotEvaluated,
        Text = compared.All(static head => head.Groups.All(static groups => groups.Count == 0))
            ? "fairness: no text with new feedback has a group; groups are the values of the attribute of a fairness rule of the pipeline"
            : Text($"fairness: fewer than two groups have {options.MinimumHeldOut} held-out texts with new feedback"),
    };
}
