using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using StreamBert.Training.Gates;
using static StreamBert.Tests.Training.Gates.TestComparison;

namespace StreamBert.Tests.Training.Gates;

public sealed class PromotionGatesTests
{
    private static readonly GateOptions Options = new();

    private static GateEvidence Evidence => new(0.4, ["sentiment"])
    {
        Feedback = [Create("sentiment", both: 70, onlyCandidate: 15, none: 15)],
        Anchor = [Create("sentiment", both: 850, onlyChampion: 10, onlyCandidate: 10, none: 130)],
        Slowdown = new(1.1, new(1, 1.2)),
    };

    [Fact]
    public void A_better_candidate_that_forgets_nothing_passes() => Assert.Empty(Failures(Evidence));

    [Fact]
    public void Each_gate_states_its_value_its_interval_and_what_it_is_compared_with()
    {
        var gates = PromotionGates.Evaluate(Evidence, Options);

        Assert.Equal(
            ["convergence", "gain", "feedback", "anchor", "calibration", "fairness", "leak", "responsibility", "latency"],
            gates.Select(static gate => gate.Gate));
        var anchor = gates.Single(static gate => gate.Gate == "anchor");
        Assert.Equal(
            ("sentiment", GateResult.Passed, 0.0, -0.02), (anchor.Head, anchor.Outcome, anchor.Value!.Value, anchor.Threshold!.Value));
        Assert.InRange(anchor.Interval!.Low, -0.009, -0.006); // 1.645 √20 / 1000
        Assert.Equal(
            "not evaluated: fairness: no text with new feedback has a group; groups are the values of the attribute of a fairness rule of "
                + "the pipeline",
            gates.Single(static gate => gate.Gate == "fairness").ToString());
    }

    /// <summary>By hand: 4 gained and none lost has the one-sided probability 1/16, 5 has 1/32.</summary>
    [Theory]
    [InlineData(4, "failed: better on sentiment: accuracy 0.700 → 0.740")]
    [InlineData(5, null)]
    public void A_gain_must_be_shown(int gained, string? failure)
    {
        var failures = Failures(Evidence with { Feedback = [Create("sentiment", both: 70, onlyCandidate: gained, none: 30 - gained)] });

        if (failure is null)
            Assert.Empty(failures);
        else
            Assert.StartsWith(failure, Assert.Single(failures), StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_of_two_heads_needs_twice_the_evidence()
    {
        var evidence = Evidence with
        {
            Feedback = [Create("sentiment", both: 70, onlyCandidate: 5, none: 25), Create("topic", both: 90, none: 10)],
            Anchor = [Create("sentiment", both: 900), Create("topic", both: 900)],
        };

        Assert.Contains("p = 0.0313, below 0.0250 required", Assert.Single(Failures(evidence)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_that_is_shown_to_be_worse_on_another_head_with_feedback_fails()
    {
        var evidence = Evidence with { Feedback = [.. Evidence.Feedback, Create("topic", both: 80, onlyChampion: 12, none: 8)] };

        Assert.StartsWith("failed: not worse on topic: accuracy -0.120", Assert.Single(Failures(evidence)), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_more_errors_on_another_head_with_feedback_show_nothing() => Assert.Empty(
        Failures(Evidence with { Feedback = [.. Evidence.Feedback, Create("topic", both: 80, onlyChampion: 2, none: 18)] }));

    /// <summary>The candidate answers "a" to everything: right on more texts, and never right on "b".</summary>
    [Fact]
    public void A_rise_of_accuracy_bought_with_macro_F1_fails()
    {
        var labels = Enumerable.Range(0, 200).Select(static i => i % 10 == 0 ? "b" : "a").ToList();
        var evidence = Evidence with
        {
            Feedback =
            [
                new(
                    "sentiment", ["a", "b"],
                    [.. labels.Select(static (label, i) => new EvaluatedText(label, i % 5 == 1 ? "b" : label, 0.9))],
                    [.. labels.Select(static label => new EvaluatedText(label, "a", 0.9))]),
            ],
        };

        Assert.StartsWith(
            "failed: not worse on sentiment: accuracy +0.100", Assert.Single(Failures(evidence)), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_held_out_texts_prove_nothing_and_are_kept_for_the_next_run()
    {
        var evidence = Evidence with { Feedback = [Create("sentiment", both: 0, onlyCandidate: Options.MinimumHeldOut - 1)] };

        Assert.Equal(
            "failed: no head has 20 held-out texts with new feedback, so nothing shows that the candidate is better; they are kept for "
                + "the evaluation of the next run",
            Assert.Single(Failures(evidence)));
        Assert.Empty(PromotionGates.FindComparable(evidence, Options));
        Assert.Contains("not evaluated: sentiment has 19 held-out texts with new feedback, 20 are required", Lines(evidence));
    }

    [Fact]
    public void A_candidate_that_loses_accuracy_on_the_anchor_fails()
    {
        var evidence = Evidence with { Anchor = [Create("sentiment", both: 740, onlyChampion: 115, none: 145)] };

        Assert.StartsWith(
            "failed: not worse on the anchor of sentiment: accuracy 0.855 → 0.740 on 1000 texts", Failures(evidence).First(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_of_several_versions_do_not_add_up_on_the_anchor()
    {
        var evidence = Evidence with
        {
            Anchor = [Create("sentiment", both: 990, onlyChampion: 5, none: 5)],
            Origin = new("default-v1", [Create("sentiment", both: 970, onlyChampion: 25, none: 5)]),
        };

        Assert.StartsWith(
            "failed: not worse on the anchor of sentiment than default-v1, the oldest version with this anchor: accuracy 0.995 → 0.970",
            Assert.Single(Failures(evidence)), StringComparison.Ordinal);
    }

    /// <summary>133 texts are the fewest on which equal answers show a margin of two points.</summary>
    [Fact]
    public void A_small_anchor_fails_only_a_candidate_that_is_shown_to_be_worse()
    {
        Assert.Equal(GateResult.Passed, AnchorOutcome(both: 131, onlyChampion: 1));
        Assert.Equal(GateResult.Failed, AnchorOutcome(both: 132, onlyChampion: 1));
        Assert.Equal(GateResult.Failed, AnchorOutcome(both: 20, onlyChampion: 20));

        static string AnchorOutcome(int both, int onlyChampion) =>
            RetentionGates.NotWorse(Create("sentiment", both, onlyChampion), Options).Outcome;
    }

    [Fact]
    public void A_head_without_an_anchor_must_agree_with_the_champion()
    {
        var evidence = Evidence with
        {
            Heads = ["sentiment", "topic"],
            Replay = [Create("topic", both: 90, onlyChampion: 10)],
            ReplayConfidence = 0.7,
        };

        var failure = Assert.Single(Failures(evidence));
        Assert.StartsWith(
            "failed: agreement on topic: the candidate reproduces 90 of the champion's 100", failure, StringComparison.Ordinal);
        Assert.Contains("topic has no anchor (add one with: streambert models anchor)", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void To_contradict_predictions_that_people_refute_is_no_forgetting()
    {
        var evidence = Evidence with
        {
            Anchor = [],
            Feedback = [Create("sentiment", both: 25, onlyCandidate: 25, none: 50)],
            Replay = [Create("sentiment", both: 60, onlyChampion: 40)],
            ReplayConfidence = 0.7,
        };

        Assert.Empty(Failures(evidence));
        Assert.Contains(Lines(evidence), static line => line.StartsWith("not evaluated: agreement on sentiment", StringComparison.Ordinal)
            && line.EndsWith("not required, since people confirm only 25 of 100 such predictions", StringComparison.Ordinal));
    }

    [Fact]
    public void A_head_with_neither_anchor_nor_recent_texts_is_reported() => Assert.Contains(
        "not evaluated: topic has no anchor (add one with: streambert models anchor) and 0 recent texts with a confident prediction, "
            + "20 are required",
        Lines(Evidence with { Heads = ["sentiment", "topic"] }));

    [Fact]
    public void An_overconfident_candidate_fails()
    {
        var evidence = Evidence with
        {
            Feedback = [Create("sentiment", both: 70, onlyCandidate: 15, none: 15, champion: 0.7, candidate: 0.99)],
        };

        Assert.StartsWith(
            "failed: calibration of sentiment on 100 texts of new feedback and 1000 texts of the anchor, half of the weight each: "
                + "expected error 0.020 → 0.090",
            Assert.Single(Failures(evidence)), StringComparison.Ordinal);
    }

    /// <summary>By hand: on the feedback 0.5 is 0.3 off and 0.98 is right; on the anchor 0.9 is 0.04 off and 0.98 0.12.</summary>
    [Fact]
    public void A_temperature_that_helps_new_texts_more_than_it_costs_on_the_anchor_passes_and_the_cost_is_stated()
    {
        var evidence = Evidence with
        {
            Feedback = [Create("sentiment", both: 80, onlyCandidate: 18, none: 2, champion: 0.5, candidate: 0.98)],
            Anchor = [Create("sentiment", both: 850, onlyChampion: 10, onlyCandidate: 10, none: 130, champion: 0.9, candidate: 0.98)],
        };

        var gate = Assert.Single(PromotionGates.Evaluate(evidence, Options), static gate => gate.Gate == Gate.Calibration);

        Assert.Equal(GateResult.Passed, gate.Outcome);
        Assert.Equal((0.5 * 0 + 0.5 * 0.12) - (0.5 * 0.3 + 0.5 * 0.04), gate.Value!.Value, 6);
        Assert.Contains("On the anchor alone it becomes worse: expected error 0.040 → 0.120", gate.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_with_few_new_texts_is_calibrated_on_the_anchor_alone()
    {
        var evidence = Evidence with
        {
            Feedback = [Create("sentiment", both: 70, onlyCandidate: 15, none: 15), Create("topic", both: 5)],
            Anchor = [.. Evidence.Anchor, Create("topic", both: 900, champion: 0.99, candidate: 0.9)],
        };

        Assert.StartsWith(
            "failed: calibration of topic on 900 texts of the anchor: expected error 0.010 → 0.100", Assert.Single(Failures(evidence)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_that_seems_slower_because_other_load_disturbs_the_measurement_passes() =>
        Assert.Empty(Failures(Evidence with { Slowdown = new(7, new(0.9, 30)) }));

    [Fact]
    public void A_candidate_that_is_three_times_slower_fails() =>
        Assert.StartsWith(
            "failed: latency", Assert.Single(Failures(Evidence with { Slowdown = new(3, new(2.8, 3.3)) })), StringComparison.Ordinal);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_loss_that_is_not_finite_fails(double loss) => Assert.StartsWith(
        "failed: training loss", Assert.Single(Failures(Evidence with { FinalLoss = loss })), StringComparison.Ordinal);

    private static IEnumerable<string> Lines(GateEvidence evidence) =>
        PromotionGates.Evaluate(evidence, Options).Select(static gate => gate.ToString());

    private static IEnumerable<string> Failures(GateEvidence evidence) =>
        Lines(evidence).Where(static line => line.StartsWith("failed", StringComparison.Ordinal));
}
