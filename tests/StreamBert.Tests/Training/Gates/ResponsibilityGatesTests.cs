using StreamBert.Contracts;
using StreamBert.Model.Evaluation.Responsibility;
using StreamBert.Training.Gates;
using static StreamBert.Tests.Training.Gates.TestComparison;

namespace StreamBert.Tests.Training.Gates;

/// <summary>Tests the gates on groups, on leak risk and on F(M), through all gates.</summary>
public sealed class ResponsibilityGatesTests
{
    private static readonly GateOptions Options = new();

    /// <summary>By hand: 30 texts gained in the north, 12 lost in the south, none the other way; 2⁻¹² is the chance of the loss.</summary>
    [Fact]
    public void A_version_that_is_better_overall_and_worse_for_one_group_is_stopped_and_the_group_is_named()
    {
        var gates = Evaluate(Join(
            ("region=north", Create("sentiment", both: 60, onlyCandidate: 30, none: 10)),
            ("region=south", Create("sentiment", both: 20, onlyChampion: 12, none: 8))));

        var failed = Assert.Single(gates, static gate => gate.Outcome == GateResult.Failed);
        Assert.StartsWith(
            "fairness of sentiment by region: worse for region=south: accuracy 0.800 → 0.500 on 40 texts", failed.Text,
            StringComparison.Ordinal);
        Assert.Contains("p = 0.0002 (0.0250 shows a loss); δ between 2 groups 0.200 → 0.400", failed.Text, StringComparison.Ordinal);
        Assert.Equal((Gate.Fairness, "sentiment", -0.3, -0.01), (failed.Gate, failed.Head, failed.Value!.Value, failed.Threshold!.Value));
        Assert.Contains(gates, static gate => gate is { Gate: Gate.Gain, Outcome: GateResult.Passed });
    }

    [Fact]
    public void A_version_that_is_better_for_every_group_passes_with_the_group_that_gains_least()
    {
        var gates = Evaluate(Join(
            ("region=north", Create("sentiment", both: 60, onlyCandidate: 30, none: 10)),
            ("region=south", Create("sentiment", both: 20, onlyCandidate: 8, none: 12))));

        var fairness = gates.Single(static gate => gate.Gate == Gate.Fairness);
        Assert.Equal(GateResult.Passed, fairness.Outcome);
        Assert.Contains("least gain for region=south", fairness.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_groups_are_not_compared()
    {
        var gates = Evaluate(Join(
            ("region=north", Create("sentiment", both: 60, onlyCandidate: 30, none: 10)),
            ("region=south", Create("sentiment", both: 0, onlyChampion: Options.MinimumHeldOut - 1))));

        Assert.Equal(
            "fairness: fewer than two groups have 20 held-out texts with new feedback",
            gates.Single(static gate => gate is { Gate: Gate.Fairness, Outcome: GateResult.NotEvaluated }).Text);
    }

    [Theory]
    [InlineData(0.26, GateResult.Failed)]
    [InlineData(0.24, GateResult.Passed)]
    public void A_candidate_fails_if_its_training_texts_are_shown_to_be_told_from_others(double low, string outcome)
    {
        var head = Create("sentiment", both: 70, onlyCandidate: 15, none: 15) with { LeakRisk = new(0.5, new(low, 0.7)) };

        Assert.Equal(outcome, Evaluate(head).Single(static gate => gate.Gate == Gate.Leak).Outcome);
    }

    /// <summary>By hand: δ 0.2 → 0.1, ε 0.25 → 0.5, θ 0 → 0.4 with the weights 1, 2 and 0.5: F = 0.7 → 1.3.</summary>
    [Fact]
    public void F_is_compared_with_the_weights_of_the_options()
    {
        var options = new GateOptions { OpacityWeight = 2, LeakWeight = 0.5, MaximumLeakRisk = 1 };
        var head = Join(
            ("region=north", Create("sentiment", both: 900, onlyCandidate: 0, none: 100)),
            ("region=south", Create("sentiment", both: 700, onlyCandidate: 100, none: 200))) with
        {
            LeakRisk = new(0.4, new(0.38, 0.42)),
            Opacity = (Opacity.Of([new(1, 0, 0)]), Opacity.Of([new(1, 0.5, 1)])),
        };

        var gate = PromotionGates.Evaluate(Evidence(head), options).Single(static gate => gate.Gate == Gate.Responsibility);

        Assert.Equal(0.6, gate.Value!.Value, 9);
        Assert.Equal(GateResult.Failed, gate.Outcome);
        Assert.StartsWith(
            "F(M) of sentiment = 1·δ 0.100 + 2·ε 0.500 + 0.5·θ 0.400 = 1.300, before 0.700", gate.Text, StringComparison.Ordinal);
    }

    private static IReadOnlyList<GateResult> Evaluate(HeadComparison head) => PromotionGates.Evaluate(Evidence(head), Options);

    private static GateEvidence Evidence(HeadComparison head) => new(0.4, ["sentiment"])
    {
        Feedback = [head],
        Anchor = [Create("sentiment", both: 850, onlyChampion: 10, onlyCandidate: 10, none: 130)],
    };
}
