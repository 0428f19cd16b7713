using StreamBert.Contracts;
using StreamBert.Training.Registry;
using StreamBert.Training.Triggers;

namespace StreamBert.Tests.Training.Triggers;

public sealed class FeedbackThresholdTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 200)]
    [InlineData(2, 400)]
    [InlineData(3, 800)]
    [InlineData(9, 800)]
    public void Each_candidate_without_a_shown_gain_doubles_the_feedback_up_to_eight_times(int candidates, int threshold) =>
        Assert.Equal(
            threshold,
            Of([.. Enumerable.Range(2, candidates).Select(static n => TrainingBench.Candidate($"v{n}", GateResult.Failed))]));

    [Fact]
    public void A_version_that_begins_to_serve_resets_it() => Assert.Equal(
        200,
        Of(
            [
                TrainingBench.Candidate("v2", GateResult.Failed), TrainingBench.Candidate("v3", GateResult.Passed), Promoted,
                TrainingBench.Candidate("v4", GateResult.Failed),
            ]));

    [Fact]
    public void A_candidate_that_is_better_and_refused_for_another_reason_leaves_it() =>
        Assert.Equal(100, Of([TrainingBench.Candidate("v2", GateResult.Passed)]));

    private static ModelPromoted Promoted => new()
    {
        Model = "default",
        Version = "v3",
        Directory = "default/v3",
        Sha256 = "00",
        PromotedAt = TrainingBench.Start,
        By = "training",
    };

    private static int Of(IReadOnlyList<object> events) => FeedbackThreshold.Of(100, ModelHistory.Of(events));
}
