using StreamBert.Contracts;
using static StreamBert.Training.Gates.Gate;

namespace StreamBert.Training.Gates;

/// <summary>Evaluates a candidate. It is promoted only if no gate fails.</summary>
internal static class PromotionGates
{
    public static IReadOnlyList<GateResult> Evaluate(GateEvidence evidence, GateOptions options)
    {
        var compared = FindComparable(evidence, options);
        var withoutAnchor = evidence.Heads.Except(evidence.Anchor.Select(static head => head.Head));
        return
        [
            Convergence(evidence.FinalLoss),
            FeedbackGates.Gain(compared, options),
            .. compared.Select(head => FeedbackGates.NoRegression(head, options)),
            .. evidence.Feedback.Except(compared).Select(head => FeedbackGates.TooFew(head, options)),
            .. evidence.Anchor.Select(head => RetentionGates.NotWorse(head, options)),
            .. evidence.Origin is { } origin
                ? origin.Heads.Select(head => RetentionGates.NotWorse(head, options, origin.Version)) : [],
            .. withoutAnchor.Select(head => RetentionGates.Agreement(head, evidence, options)),
            .. CalibrationGate.Evaluate(compared, evidence, options),
            .. FairnessGate.Evaluate(compared, options),
            .. ResponsibilityGates.Evaluate(compared, options),
            .. evidence.Slowdown is { } slowdown ? [Latency(slowdown, options)] : (GateResult[])[],
        ];
    }

    /// <summary>Returns the heads with enough held-out texts with new feedback: those whose evaluation a run uses up.</summary>
    public static IReadOnlyList<HeadComparison> FindComparable(GateEvidence evidence, GateOptions options) =>
        [.. evidence.Feedback.Where(head => head.Count >= options.MinimumHeldOut)];

    /// <summary>The result for a candidate whose training failed.</summary>
    public static GateResult NotConverged(string version) => new()
    {
        Gate = Gate.Convergence,
        Outcome = GateResult.Failed,
        Text = $"{version} did not converge; a smaller Training:LearningRate may help",
    };

    private static GateResult Convergence(double loss) => new()
    {
        Gate = Gate.Convergence,
        Outcome = ToOutcome(double.IsFinite(loss)),
        Value = double.IsFinite(loss) ? loss : null,
        Text = Text($"training loss ended at {loss:0.####}"),
    };

    private static GateResult Latency(Slowdown slowdown, GateOptions options) => new()
    {
        Gate = Gate.Latency,
        Outcome = ToOutcome(slowdown.Interval.Low <= options.MaximumSlowdown),
        Value = slowdown.Median,
        Interval = slowdown.Interval,
        Threshold = options.MaximumSlowdown,
        Text = Text($"latency: the candidate takes {slowdown.Median:0.00} times as long as the champion for the same texts ")
            + Text($"({slowdown.Interval.Low:0.00} to {slowdown.Interval.High:0.00}); ")
            + Text($"more than {options.MaximumSlowdown:0.00} must not be shown"),
    };
}
