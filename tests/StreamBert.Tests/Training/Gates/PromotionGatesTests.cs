using StreamBert.Contracts;
using StreamBert.Tests.Streaming.Hosting.Health;
using StreamBert.Training.Gates;

namespace StreamBert.Tests.Training.Gates;

public sealed class PromotionGatesTests
{
    private static readonly GateOptions Options = new();

    [Fact]
    public void A_better_candidate_that_forgets_nothing_passes() =>
        Assert.Empty(Failures(Evidence()));

    [Fact]
    public void A_candidate_that_is_no_better_fails() =>
        Assert.StartsWith("failed: better on sentiment: macro-F1 0.700 → 0.705", Assert.Single(Failures(Evidence(candidate: 0.705))));

    [Fact]
    public void A_candidate_that_is_worse_on_another_head_with_feedback_fails()
    {
        var evidence = Evidence() with
        {
            Feedback = [Compare("sentiment", 0.7, 0.8), Compare("topic", 0.9, 0.8)],
        };

        Assert.StartsWith("failed: not worse on topic", Assert.Single(Failures(evidence)));
    }

    [Fact]
    public void A_rise_of_accuracy_bought_with_macro_F1_fails()
    {
        var evidence = Evidence() with
        {
            Feedback = [new(Report("sentiment", 0.9, f1: 0.5), Report("sentiment", 0.7, f1: 0.6))],
        };

        Assert.StartsWith("failed: not worse on sentiment: macro-F1 -0.100, accuracy +0.200", Assert.Single(Failures(evidence)));
    }

    [Fact]
    public void Too_few_held_out_feedback_texts_prove_nothing()
    {
        var failures = Failures(Evidence(count: Options.MinimumHeldOut - 1));

        Assert.Equal(
            "failed: no head has 20 held-out feedback texts, so nothing shows that the candidate is better", Assert.Single(failures));
    }

    [Fact]
    public void A_candidate_that_forgets_fails() =>
        Assert.StartsWith(
            "failed: forgetting on topic: the candidate reproduces 90.0 % (at most 93.9 %)",
            Assert.Single(Failures(Evidence(agreement: 0.9))));

    [Fact]
    public void Two_misses_among_few_texts_do_not_prove_that_a_candidate_forgets() =>
        Assert.Empty(Failures(Evidence() with { Replay = [Report("topic", 33 / 35.0, count: 35)] }));

    [Fact]
    public void Forgetting_is_reported_as_not_evaluated_where_replay_texts_are_too_few()
    {
        var evidence = Evidence() with { Replay = [Report("topic", 0.5, count: 3)] };

        Assert.Empty(Failures(evidence));
        Assert.Contains("not evaluated: topic has 3 replay texts, 20 are required", Lines(evidence));
    }

    [Fact]
    public void An_overconfident_candidate_fails() =>
        Assert.StartsWith(
            "failed: calibration on sentiment: expected error 0.050 → 0.200, at most 0.150",
            Assert.Single(Failures(Evidence(calibration: 0.2))));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_loss_that_is_not_finite_fails(double loss) =>
        Assert.StartsWith("failed: training loss", Assert.Single(Failures(Evidence() with { FinalLoss = loss })));

    private static GateEvidence Evidence(double candidate = 0.8, long count = 100, double agreement = 0.99, double calibration = 0.05) =>
        new(0.4, [Compare("sentiment", 0.7, candidate, count, calibration)], [Report("topic", agreement)]);

    private static HeadComparison Compare(string head, double champion, double candidate, long count = 100, double calibration = 0.05) =>
        new(Report(head, candidate, count: count, calibration: calibration), Report(head, champion, count: count));

    private static ClassificationReport Report(string head, double accuracy, double? f1 = null, long count = 100, double calibration = 0.05)
    {
        var average = new AverageMetrics(accuracy, accuracy, f1 ?? accuracy);
        return new()
        {
            Head = head,
            Data = "test",
            Count = count,
            Accuracy = accuracy,
            Classes = [],
            Micro = average,
            Macro = average,
            Weighted = average,
            CalibrationError = calibration,
        };
    }

    private static IEnumerable<string> Lines(GateEvidence evidence)
        => PromotionGates.Evaluate(evidence, Options).Select(static gate => gate.ToString());

    private static IEnumerable<string> Failures(GateEvidence evidence)
        => Lines(evidence).Where(static line => line.StartsWith("failed", StringComparison.Ordinal));
}
