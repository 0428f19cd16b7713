using StreamBert.Contracts;
using static StreamBert.Training.Gates.Gate;

namespace StreamBert.Training.Gates;

/// <summary>The gates that keep what the model could do before: on the anchor, or where a head has none by agreement.</summary>
internal static class RetentionGates
{
    /// <summary>
    /// Requires that the candidate is not worse on the labelled texts of the anchor by more than the margin (non-inferiority): the lower
    /// bound of the accuracy gain must exceed its negative.
    /// </summary>
    /// <param name="origin">The oldest version with the same anchor, if that is what the candidate is compared with.</param>
    public static GateResult NotWorse(HeadComparison head, GateOptions options, string? origin = null)
    {
        var than = origin is null ? "" : $" than {origin}, the oldest version with this anchor";
        var interval = head.GainInterval;
        var needed = NeededTexts(options.AnchorMargin);
        var canShow = head.Count >= needed;
        return new()
        {
            Gate = Gate.Anchor,
            Head = head.Head,
            Outcome = ToOutcome(canShow ? interval.Low > -options.AnchorMargin : interval.High >= 0),
            Value = head.Paired.Difference,
            Interval = interval,
            Threshold = -options.AnchorMargin,
            Text = Text($"not worse on the anchor of {head.Head}{than}: ")
                + Text($"accuracy {head.ChampionAccuracy:0.000} → {head.CandidateAccuracy:0.000} on {head.Count} texts, {Text(interval)}; ")
                + (canShow ? Text($"the lower bound must exceed {-options.AnchorMargin:0.000}")
                    : Text($"too few for a margin of {options.AnchorMargin:0.000} ({needed} are), so only a regression must not be shown")),
        };
    }

    /// <summary>
    /// Fails if the candidate is shown to reproduce too few of the champion's confident predictions, unless people's labels show that these
    /// predictions are wrong more often than that: to contradict them is then no forgetting.
    /// </summary>
    public static GateResult Agreement(string head, GateEvidence evidence, GateOptions options)
    {
        var advice = Text($"{head} has no anchor (add one with: streambert models anchor)");
        var replay = evidence.Replay.FirstOrDefault(other => other.Head == head);
        if (replay is null || replay.Count < options.MinimumHeldOut)
        {
            return Describe(head, GateResult.NotEvaluated, Text(
                $"{advice} and {replay?.Count ?? 0} recent texts with a confident prediction, {options.MinimumHeldOut} are required"));
        }
        var agreed = replay.Candidate.Count(static text => text.IsCorrect);
        var interval = WilsonInterval.Of(agreed, replay.Count, WilsonInterval.OneSided95);
        var refuted = FindRefutation(head, evidence, options);
        var agrees = interval.High >= options.MinimumAgreement;
        var text = Text($"agreement on {head}: the candidate reproduces {agreed} of the champion's {replay.Count} confident predictions ")
            + Text($"({interval.Low:P1} to {interval.High:P1}), {options.MinimumAgreement:P1} required; {advice}");
        var outcome = refuted is not null && !agrees ? GateResult.NotEvaluated : ToOutcome(agrees);
        return Describe(head, outcome, refuted is null ? text : $"{text}; {refuted}") with
        {
            Value = (double)agreed / replay.Count,
            Interval = interval,
            Threshold = options.MinimumAgreement,
        };
    }

    /// <summary>The number of texts on which two models that answer them equally are shown to differ by less than the margin.</summary>
    private static int NeededTexts(double margin)
    {
        const double squared = WilsonInterval.OneSided95 * WilsonInterval.OneSided95;
        return margin > 0 ? (int)Math.Ceiling(squared * (1 - margin) / margin) : int.MaxValue;
    }

    /// <summary>Describes how often the champion's confident predictions are wrong, if they are shown to be too often; else null.</summary>
    private static string? FindRefutation(string head, GateEvidence evidence, GateOptions options)
    {
        var confident = evidence.Feedback.Where(other => other.Head == head).SelectMany(static other => other.Champion)
            .Where(text => text.Confidence >= evidence.ReplayConfidence).ToList();
        var right = confident.Count(static text => text.IsCorrect);
        return confident.Count >= options.MinimumHeldOut
            && WilsonInterval.Of(right, confident.Count, WilsonInterval.OneSided95).High < options.MinimumAgreement
                ? Text($"not required, since people confirm only {right} of {confident.Count} such predictions")
                : null;
    }

    private static GateResult Describe(string head, string outcome, string text) =>
        new() { Gate = Gate.Agreement, Head = head, Outcome = outcome, Text = text };
}
