using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using static StreamBert.Training.Gates.Gate;

namespace StreamBert.Training.Gates;

/// <summary>The gates on texts with new feedback, which no run has evaluated on before.</summary>
internal static class FeedbackGates
{
    /// <summary>The normal quantile of a power of 0.9.</summary>
    private const double PowerQuantile = 1.2816;

    /// <summary>
    /// Requires that the candidate is more accurate on at least one head, by the exact test of McNemar. The significance is divided by the
    /// number of heads (Bonferroni), so that a candidate without a gain passes in at most 5 % of cases, however many heads it has.
    /// </summary>
    public static GateResult Gain(IReadOnlyList<HeadComparison> compared, GateOptions options)
    {
        if (compared.OrderBy(static head => head.Paired.PValueOfGain).ThenByDescending(static head => head.Paired.Difference)
            .FirstOrDefault() is not { } best)
        {
            return new()
            {
                Gate = Gate.Gain,
                Outcome = GateResult.Failed,
                Text = Text($"no head has {options.MinimumHeldOut} held-out texts with new feedback, so nothing shows that the candidate ")
                    + "is better; they are kept for the evaluation of the next run",
            };
        }
        var required = Significance / compared.Count;
        var p = best.Paired.PValueOfGain;
        return new()
        {
            Gate = Gate.Gain,
            Head = best.Head,
            Outcome = ToOutcome(p < required),
            Value = best.Paired.Difference,
            Interval = best.GainInterval,
            Threshold = 0,
            Text = Text($"better on {best.Head}: accuracy {best.ChampionAccuracy:0.000} → {best.CandidateAccuracy:0.000} on {best.Count} ")
                + Text($"held-out texts with new feedback; only the candidate is right on {best.Paired.OnlySecond}, ")
                + Text($"only the champion on {best.Paired.OnlyFirst}: exact McNemar p = {p:0.0000}, below {required:0.0000} required")
                + (p < required || compared.Count > 1 ? "" : DescribeNeed(best.Paired)),
        };
    }

    /// <summary>
    /// States how many texts show a gain of the observed size in nine of ten cases (Miettinen 1968: the normal approximation for paired
    /// proportions), because a refusal may only say that there was too little feedback.
    /// </summary>
    private static string DescribeNeed(PairedComparison paired)
    {
        if (paired.Difference <= 0)
            return "";
        var discordance = (double)(paired.OnlyFirst + paired.OnlySecond) / paired.Count;
        var (gain, deviation) = (paired.Difference, Math.Sqrt(discordance - paired.Difference * paired.Difference));
        var root = (WilsonInterval.OneSided95 * Math.Sqrt(discordance) + PowerQuantile * deviation) / gain;
        return Text($"; a gain of this size is shown in nine of ten cases by about {Math.Ceiling(root * root):0} held-out texts");
    }

    /// <summary>Fails if a regression of accuracy or macro-F1 beyond the allowed one is shown.</summary>
    public static GateResult NoRegression(HeadComparison head, GateOptions options)
    {
        var (f1, f1Interval) = head.ComputeMacroF1();
        var isWorse = IsShown(head.Paired.Difference, head.GainInterval, options) || IsShown(f1, f1Interval, options);
        return new()
        {
            Gate = Gate.Feedback,
            Head = head.Head,
            Outcome = ToOutcome(!isWorse),
            Value = head.Paired.Difference,
            Interval = head.GainInterval,
            Threshold = -options.MaximumRegression,
            Text = Text($"not worse on {head.Head}: accuracy {head.Paired.Difference:+0.000;-0.000;0.000} ({Text(head.GainInterval)}), ")
                + Text($"macro-F1 {f1:+0.000;-0.000;0.000} ({Text(f1Interval)}) on {head.Count} held-out texts with new feedback; ")
                + Text($"a regression of more than {options.MaximumRegression:0.000} must not be shown"),
        };
    }

    public static GateResult TooFew(HeadComparison head, GateOptions options) => new()
    {
        Gate = Gate.Feedback,
        Head = head.Head,
        Outcome = GateResult.NotEvaluated,
        Text = Text($"{head.Head} has {head.Count} held-out texts with new feedback, {options.MinimumHeldOut} are required"),
    };

    private static bool IsShown(double gain, Interval interval, GateOptions options) =>
        interval.High < 0 && gain < -options.MaximumRegression;
}
