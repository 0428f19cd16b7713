using MathNet.Numerics.Distributions;
using StreamBert.Contracts;
using StreamBert.Training.Gates;

namespace StreamBert.Training.Rollout;

/// <summary>The conditions that both stages judge, and how their results are written.</summary>
internal static class RolloutConditions
{
    public const string LabelShares = "label-shift";

    public static GateResult? FindBroken(IReadOnlyList<GateResult> conditions) =>
        conditions.FirstOrDefault(static condition => condition.Outcome == GateResult.Failed);

    /// <summary>Tests the number of failures against the allowed rate (exact binomial test).</summary>
    public static GateResult JudgeErrors(long failures, long texts, RolloutOptions options, double significance)
    {
        var p = failures == 0 ? 1 : 1 - Binomial.CDF(options.MaximumErrorRate, (int)texts, failures - 1);
        return Create("errors", null, p >= significance, failures / (double)texts, null, options.MaximumErrorRate,
            Gate.Text($"failed on {failures} of {texts} texts, {options.MaximumErrorRate:0.####} allowed"));
    }

    public static GateResult JudgeLabels(IReadOnlyList<LabelShift> shifts, RolloutOptions options)
    {
        if (shifts.Count == 0)
            return NotEvaluated(LabelShares, "too few independent texts to compare label shares");
        var worst = shifts.OrderByDescending(static shift => shift.Shown)
            .ThenByDescending(static shift => Math.Abs(shift.Candidate - shift.Champion)).First();
        return Create(
            LabelShares, worst.Head, worst.Shown <= options.MaximumLabelShift, worst.Candidate - worst.Champion, worst.Interval,
            options.MaximumLabelShift,
            Gate.Text($"{worst.Label} on {worst.Head} in {worst.Pipeline}: {worst.Champion:0.000} of the champion's texts, ")
                + Gate.Text($"{worst.Candidate:0.000} of {worst.Texts:0} texts of the candidate, a difference of ")
                + Gate.Text($"{Gate.Text(worst.Interval)}, ±{options.MaximumLabelShift:0.###} allowed"));
    }

    public static GateResult NotEvaluated(string condition, string text) =>
        new() { Gate = condition, Outcome = GateResult.NotEvaluated, Text = text };

    public static GateResult Create(
        string condition, string? head, bool holds, double value, Interval? interval, double threshold, string text) => new()
        {
            Gate = condition,
            Head = head,
            Outcome = Gate.ToOutcome(holds),
            Value = value,
            Interval = interval,
            Threshold = threshold,
            Text = text,
        };
}
