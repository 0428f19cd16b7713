using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Training.Gates;

/// <summary>Evaluates a candidate. It is promoted only if no gate fails.</summary>
internal static class PromotionGates
{
    public static IReadOnlyList<GateResult> Evaluate(GateEvidence evidence, GateOptions options)
    {
        var compared = evidence.Feedback.Where(head => head.Candidate.Count >= options.MinimumHeldOut).ToList();
        var tooFew = evidence.Feedback.Except(compared);
        return
        [
            FiniteLoss(evidence.FinalLoss),
            Gain(compared, options),
            .. compared.Select(head => NoRegression(head, options)),
            .. compared.Select(head => Calibration(head, options)),
            .. tooFew.Select(head => TooFew(head.Head, head.Candidate.Count, "held-out feedback texts", options)),
            .. evidence.Replay.Select(report => NoForgetting(report, options)),
        ];
    }

    private static GateResult FiniteLoss(double loss) =>
        GateResult.Create(double.IsFinite(loss), Text($"training loss ended at {loss:0.####}"));

    private static GateResult Gain(List<HeadComparison> compared, GateOptions options)
    {
        if (compared.MaxBy(static head => Math.Max(head.MacroF1Gain, head.AccuracyGain)) is not { } best)
        {
            return GateResult.Create(false, Text(
                $"no head has {options.MinimumHeldOut} held-out feedback texts, so nothing shows that the candidate is better"));
        }
        var (candidate, champion) = (best.Candidate, best.Champion);
        return GateResult.Create(
            Math.Max(best.MacroF1Gain, best.AccuracyGain) >= options.MinimumGain,
            Text($"better on {best.Head}: macro-F1 {champion.Macro.F1:0.000} → {candidate.Macro.F1:0.000}, ")
            + Text($"accuracy {champion.Accuracy:0.000} → {candidate.Accuracy:0.000} on {candidate.Count} held-out feedback texts, ")
            + Text($"a gain of {options.MinimumGain:0.000} required"));
    }

    private static GateResult NoRegression(HeadComparison head, GateOptions options) => GateResult.Create(
        Math.Min(head.MacroF1Gain, head.AccuracyGain) >= -options.MaximumRegression,
        Text($"not worse on {head.Head}: macro-F1 {head.MacroF1Gain:+0.000;-0.000;0.000}, ")
        + Text($"accuracy {head.AccuracyGain:+0.000;-0.000;0.000}, a regression of at most {options.MaximumRegression:0.000} allowed"));

    private static GateResult Calibration(HeadComparison head, GateOptions options)
    {
        var (candidate, champion) = (head.Candidate.CalibrationError, head.Champion.CalibrationError);
        var allowed = Math.Max(options.CalibrationTolerance, champion + options.MaximumCalibrationIncrease);
        return GateResult.Create(
            candidate <= allowed,
            Text($"calibration on {head.Head}: expected error {champion:0.000} → {candidate:0.000}, at most {allowed:0.000} allowed"));
    }

    /// <summary>
    /// Fails if the upper bound of the agreement is below the required share, so that two misses among forty texts decide nothing.
    /// </summary>
    private static GateResult NoForgetting(ClassificationReport report, GateOptions options)
    {
        if (report.Count < options.MinimumHeldOut)
            return TooFew(report.Head, report.Count, "replay texts", options);
        var upper = WilsonInterval.UpperBound(report.Accuracy, report.Count);
        return GateResult.Create(
            upper >= options.MinimumAgreement,
            Text($"forgetting on {report.Head}: the candidate reproduces {report.Accuracy:P1} (at most {upper:P1}) of the champion's ")
            + Text($"{report.Count} confident predictions, {options.MinimumAgreement:P1} required"));
    }

    private static GateResult TooFew(string head, long count, string what, GateOptions options) =>
        new(GateOutcome.NotEvaluated, Text($"{head} has {count} {what}, {options.MinimumHeldOut} are required"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
