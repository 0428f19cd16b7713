using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using static StreamBert.Training.Gates.Gate;

namespace StreamBert.Training.Gates;

/// <summary>
/// Fails if the expected calibration error on labels of people is shown to rise by more than allowed. New feedback and the anchor have
/// half of the weight each, as in the fit of the temperature: one temperature serves both, and no other one is better for both.
/// </summary>
internal static class CalibrationGate
{
    /// <summary>The gates of the heads with new feedback.</summary>
    /// <param name="compared">The heads with enough new feedback.</param>
    public static IEnumerable<GateResult> Evaluate(
        IReadOnlyList<HeadComparison> compared, GateEvidence evidence, GateOptions options)
    {
        foreach (var head in evidence.Feedback)
        {
            var feedback = compared.Contains(head) ? head : null;
            var anchor = evidence.Anchor.FirstOrDefault(other => other.Head == head.Head);
            if (feedback is not null || anchor is not null)
                yield return Evaluate(head.Head, feedback, anchor, options);
        }
    }

    private static GateResult Evaluate(string head, HeadComparison? feedback, HeadComparison? anchor, GateOptions options)
    {
        var sources = new[] { feedback, anchor }.OfType<HeadComparison>().ToList();
        var change = Change.Of(sources);
        return new()
        {
            Gate = Gate.Calibration,
            Head = head,
            Outcome = ToOutcome(!change.IsShownAbove(options.MaximumCalibrationIncrease)),
            Value = change.Increase,
            Interval = change.Interval,
            Threshold = options.MaximumCalibrationIncrease,
            Text = Text($"calibration of {head} on {Describe(feedback, anchor)}: {change}; ")
                + Text($"an increase of more than {options.MaximumCalibrationIncrease:0.000} must not be shown")
                + (sources.Count < 2 ? "" : DescribeAnchor(anchor!, options)),
        };
    }

    private static string Describe(HeadComparison? feedback, HeadComparison? anchor)
    {
        var texts = feedback is null ? "" : Text($"{feedback.Count} texts of new feedback");
        var anchored = anchor is null ? "" : Text($"{anchor.Count} texts of the anchor");
        return feedback is null || anchor is null ? texts + anchored : $"{texts} and {anchored}, half of the weight each";
    }

    /// <summary>States the calibration on the anchor if it becomes worse there, where the mixture hides it.</summary>
    private static string DescribeAnchor(HeadComparison anchor, GateOptions options)
    {
        var change = Change.Of([anchor]);
        return change.IsShownAbove(options.MaximumCalibrationIncrease)
            ? $". On the anchor alone it becomes worse: {change}; confidences on texts as before are less reliable than they were" : "";
    }

    private sealed record Change(double Before, double After, Interval Interval)
    {
        public double Increase => After - Before;

        public static Change Of(IReadOnlyList<HeadComparison> sources) => new(
            CalibrationError.Compute([.. sources.Select(static source => source.Champion)]),
            CalibrationError.Compute([.. sources.Select(static source => source.Candidate)]),
            CalibrationError.OfIncrease(
                [.. sources.Select(static source => (source.Champion, source.Candidate))], HeadComparison.Tail));

        public bool IsShownAbove(double maximum) => Interval.Low > 0 && Increase > maximum;

        public override string ToString() => Text($"expected error {Before:0.000} → {After:0.000} ({Text(Interval)})");
    }
}
