using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Training.Gates;

/// <summary>Judges a candidate. It is promoted only if no gate failed.</summary>
public static class PromotionGates
{
    public static IReadOnlyList<Gate> Judge(Evidence evidence, GateOptions options)
    {
        var judged = evidence.Corrected.Where(head => head.Candidate.Count >= options.MinimumHeldOut).ToList();
        var few = evidence.Corrected.Except(judged);
        return
        [
            FiniteLoss(evidence.FinalLoss),
            Better(judged, options),
            .. judged.Select(head => NotWorse(head, options)),
            .. judged.Select(head => Calibrated(head, options)),
            .. few.Select(head => TooFew(head.Head, head.Candidate.Count, "held-out verdicts", options)),
            .. evidence.Replay.Select(report => Remembered(report, options)),
        ];
    }

    private static Gate FiniteLoss(double loss) => Gate.Of(double.IsFinite(loss), Text($"training loss ended at {loss:0.####}"));

    private static Gate Better(List<HeadComparison> judged, GateOptions options)
    {
        if (judged.Count == 0)
        {
            return Gate.Of(
                false,
                Text($"no head has {options.MinimumHeldOut} held-out verdicts, so nothing shows that the candidate is better"));
        }

        var best = judged.MaxBy(static head => Math.Max(head.MacroF1Gain, head.AccuracyGain))!;
        return Gate.Of(Math.Max(best.MacroF1Gain, best.AccuracyGain) >= options.MinimumGain,
            Text($"better on {best.Head}: macro-F1 {best.Champion.Macro.F1:0.000} → {best.Candidate.Macro.F1:0.000}, accuracy {best.Champion.Accuracy:0.000} → {best.Candidate.Accuracy:0.000} on {best.Candidate.Count} held-out verdicts, a gain of {options.MinimumGain:0.000} wanted"));
    }

    private static Gate NotWorse(HeadComparison head, GateOptions options) =>
        Gate.Of(Math.Min(head.MacroF1Gain, head.AccuracyGain) >= -options.MaximumLoss,
            Text($"not worse on {head.Head}: macro-F1 {head.MacroF1Gain:+0.000;-0.000;0.000}, accuracy {head.AccuracyGain:+0.000;-0.000;0.000}, a loss of at most {options.MaximumLoss:0.000} allowed"));

    private static Gate Calibrated(HeadComparison head, GateOptions options)
    {
        var allowed = Math.Max(options.CalibrationNoise, head.Champion.CalibrationError + options.MaximumCalibrationLoss);
        return Gate.Of(head.Candidate.CalibrationError <= allowed,
            Text($"calibration on {head.Head}: expected error {head.Champion.CalibrationError:0.000} → {head.Candidate.CalibrationError:0.000}, at most {allowed:0.000} allowed"));
    }

    /// <summary>
    /// Fails when the share is surely too small: its upper end is below what is wanted, so two misses among forty texts decide nothing.
    /// </summary>
    private static Gate Remembered(ClassificationReport report, GateOptions options)
    {
        if (report.Count < options.MinimumHeldOut)
            return TooFew(report.Head, report.Count, "replay texts", options);
        var upper = WilsonInterval.UpperBound(report.Accuracy, report.Count);
        return Gate.Of(upper >= options.MinimumAgreement,
            Text($"forgetting on {report.Head}: the candidate gives {report.Accuracy:P1} (at most {upper:P1}) of the champion's {report.Count} confident answers, {options.MinimumAgreement:P1} wanted"));
    }

    private static Gate TooFew(string head, long count, string what, GateOptions options) =>
        new(GateOutcome.NotJudged, Text($"{head} has {count} {what}, {options.MinimumHeldOut} are needed"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
