using StreamBert.Contracts;
using StreamBert.Model.Evaluation.Responsibility;
using static StreamBert.Training.Gates.Gate;

namespace StreamBert.Training.Gates;

/// <summary>The gates on the leak risk θ and on F(M) = α·δ + β·ε + γ·θ, in which δ is the fairness gap and ε the opacity.</summary>
internal static class ResponsibilityGates
{
    /// <summary>The leak risk that the champion adds to itself.</summary>
    private static readonly Estimate NoLeak = new(0, new(0, 0));

    public static IEnumerable<GateResult> Evaluate(IReadOnlyList<HeadComparison> compared, GateOptions options)
    {
        foreach (var head in compared)
        {
            yield return Leak(head, options);
            yield return WeightedSum(head, options);
        }
    }

    /// <summary>
    /// Fails if it is shown that whoever knows a text and its label can tell, more often than allowed, whether the candidate was trained on
    /// it in this run.
    /// </summary>
    private static GateResult Leak(HeadComparison head, GateOptions options)
    {
        if (head.LeakRisk is not { } risk)
        {
            return Describe(Gate.Leak, head.Head, GateResult.NotEvaluated, Text(
                $"leak risk θ of {head.Head}: training and evaluation part need {2 * options.MinimumHeldOut} texts with feedback each"));
        }
        return Describe(
            Gate.Leak, head.Head, ToOutcome(risk.Interval.Low <= options.MaximumLeakRisk),
            Text($"leak risk θ of {head.Head}: the advantage of a membership attack on texts with feedback is {risk.Value:0.000} ")
                + Text($"({Text(risk.Interval)}); more than {options.MaximumLeakRisk:0.000} must not be shown")) with
        {
            Value = risk.Value,
            Interval = risk.Interval,
            Threshold = options.MaximumLeakRisk,
        };
    }

    /// <summary>Fails if F(M) is shown to rise by more than allowed.</summary>
    private static GateResult WeightedSum(HeadComparison head, GateOptions options)
    {
        var groups = FairnessGate.FindGroups(head, options).FirstOrDefault().Groups;
        if (groups is null || head.Opacity is not var (after, before) || head.LeakRisk is not { } leak)
        {
            return Describe(Gate.Responsibility, head.Head, GateResult.NotEvaluated,
                $"F(M) of {head.Head} needs the fairness gap δ between groups, the opacity ε and the leak risk θ");
        }
        var (candidate, champion) = (
            Report(FairnessGate.ComputeGap(groups, static group => group.CandidateAccuracy), after, leak, options),
            Report(FairnessGate.ComputeGap(groups, static group => group.ChampionAccuracy), before, NoLeak, options));
        var increase = candidate.F!.Value - champion.F!.Value;
        var interval = Difference(candidate, champion);
        return Describe(
            Gate.Responsibility, head.Head, ToOutcome(interval.Low <= 0 || increase <= options.MaximumResponsibilityIncrease),
            Text($"F(M) of {head.Head} = {Describe(candidate)} = {candidate.F:0.000}, before {champion.F:0.000} ({Text(interval)}); ")
                + Text($"an increase of more than {options.MaximumResponsibilityIncrease:0.000} must not be shown")) with
        {
            Value = increase,
            Interval = interval,
            Threshold = options.MaximumResponsibilityIncrease,
        };
    }

    private static ResponsibilityReport Report(
        (double Gap, Interval Interval) delta, Opacity opacity, Estimate leak, GateOptions options) =>
        new(new(delta.Gap, delta.Interval), opacity, leak, new(options.FairnessWeight, options.OpacityWeight, options.LeakWeight));

    /// <summary>The interval of the difference; the two models are taken as independent, which makes it wider than it need be.</summary>
    private static Interval Difference(ResponsibilityReport first, ResponsibilityReport second)
    {
        var (a, b) = (first.Interval!, second.Interval!);
        var (fa, fb) = (first.F!.Value, second.F!.Value);
        return new(
            fa - fb - Math.Sqrt(Math.Pow(fa - a.Low, 2) + Math.Pow(b.High - fb, 2)),
            fa - fb + Math.Sqrt(Math.Pow(a.High - fa, 2) + Math.Pow(fb - b.Low, 2)));
    }

    private static string Describe(ResponsibilityReport report) =>
        Text($"{report.Weights.Alpha:0.##}·δ {report.Delta!.Value:0.000} + {report.Weights.Beta:0.##}·ε ")
        + Text($"{report.Opacity!.Epsilon.Value:0.000} + {report.Weights.Gamma:0.##}·θ {report.Theta!.Value:0.000}");

    private static GateResult Describe(string gate, string head, string outcome, string text) =>
        new() { Gate = gate, Head = head, Outcome = outcome, Text = text };
}
