using StreamBert.Contracts;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Datasets;

public sealed class EvaluatedFeedbackTests
{
    [Fact]
    public void Feedback_before_the_end_of_its_partition_was_evaluated_on()
    {
        var evaluated = EvaluatedFeedback.Of([Run((0, 10)), Run((0, 30), (1, 5)), Run()]);

        Assert.True(evaluated.Contains(Feedback((0, 29))));
        Assert.False(evaluated.Contains(Feedback((0, 30))));
        Assert.False(evaluated.Contains(Feedback((1, 5))));
        Assert.False(evaluated.Contains(Feedback((2, 0))));
    }

    [Fact]
    public void A_new_label_on_a_text_that_was_evaluated_on_is_not_new_feedback() =>
        Assert.True(EvaluatedFeedback.Of([Run((0, 10))]).Contains(Feedback((0, 4), (0, 12))));

    [Fact]
    public void The_feedback_of_a_run_extends_it() => Assert.Equal(
        ["feedback/0/30", "feedback/1/8"],
        EvaluatedFeedback.Of([Run((0, 30))]).Add([Feedback((0, 3)), Feedback((1, 7), (1, 2))]).Ends.Select(static end => end.ToString()));

    [Fact]
    public void Before_the_first_run_all_feedback_is_new() => Assert.False(EvaluatedFeedback.Of([]).Contains(Feedback((0, 0))));

    private static LabelledFeedback Feedback(params (int Partition, long Offset)[] positions) =>
        new("text", "sentiment", "positive", TrainingBench.Start) { Positions = [.. Positions(positions)] };

    private static ModelTrained Run(params (int Partition, long Offset)[] ends) => new()
    {
        Model = "default",
        Version = "default-v2",
        TrainedAt = TrainingBench.Start,
        TrainingSeconds = 1,
        FeedbackCount = 1,
        ReplayCount = 0,
        Candidate = [],
        Accepted = false,
        Gates = [],
        EvaluatedUntil = [.. Positions(ends)],
    };

    private static IEnumerable<RecordPosition> Positions((int Partition, long Offset)[] positions) =>
        positions.Select(static position => new RecordPosition(Topics.Feedback, position.Partition, position.Offset));
}
