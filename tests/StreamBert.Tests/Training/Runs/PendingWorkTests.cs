using StreamBert.Contracts;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training.Runs;

public sealed class PendingWorkTests
{
    [Fact]
    public async Task A_model_is_due_at_its_minimum_of_pending_feedback()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var pending = bench.Pending;
        pending.AddFeedback("default", Label(0), At(0));
        pending.AddFeedback("default", Label(1), At(1));
        Assert.Empty(pending.FindDue(static _ => 3));

        pending.AddFeedback("default", Label(2), At(2));

        var due = Assert.Single(pending.FindDue(static _ => 3));
        Assert.Equal(("default", TrainingCauses.Count, "3 new feedback records"), (due.Model, due.Cause, due.Detail));
    }

    [Fact]
    public async Task A_request_makes_its_model_due_at_once()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var pending = bench.Pending;

        pending.AddRequest("other", At(7), "anna");

        var due = Assert.Single(pending.FindDue(static _ => 3));
        Assert.Equal(("other", TrainingCauses.Request, "requested by anna"), (due.Model, due.Cause, due.Detail));
        Assert.Equal([At(7)], due.Requests);
    }

    [Fact]
    public async Task A_run_uses_what_was_before_its_ends_and_nothing_of_another_model()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var pending = bench.Pending;
        foreach (var position in (RecordPosition[])[At(0), At(1), At(2), At(0, partition: 1)])
            pending.AddFeedback("default", Label(position.Offset + 10 * position.Partition), position);
        pending.AddFeedback("chat", Label(0), At(0));
        pending.AddRequest("default", At(1), "anna");
        pending.AddRequest("default", At(2), "ben");

        pending.Complete("default", [2]);

        Assert.Equal((2, 1), (pending.CountFeedback("default"), pending.CountFeedback("chat")));
        Assert.Equal([At(2)], Assert.Single(pending.FindDue(static _ => 3)).Requests);
    }

    [Fact]
    public async Task A_label_that_replaces_another_counts_once_and_again_after_a_run_that_used_the_other()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var pending = bench.Pending;
        pending.AddFeedback("default", Label(0), At(0));
        pending.AddFeedback("default", Label(0, second: 1), At(1));
        Assert.Equal(1, pending.CountFeedback("default"));

        pending.Complete("default", [2]);
        pending.AddFeedback("default", Label(0, second: 2), At(2));

        Assert.Equal(1, pending.CountFeedback("default"));
    }

    [Fact]
    public async Task A_withdrawal_removes_the_label_before_it_and_no_other()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var pending = bench.Pending;
        pending.AddFeedback("default", Label(0), At(0));
        pending.AddFeedback("default", Label(1), At(1));
        pending.AddFeedback("default", Label(0) with { Annotator = "anna" }, At(2));
        pending.AddFeedback("default", Label(0) with { Head = "topic" }, At(3));

        pending.Withdraw(Withdrawal(0), At(4));
        Assert.Equal(3, pending.CountFeedback("default"));
        pending.Withdraw(Withdrawal(0), At(5));
        Assert.Equal(3, pending.CountFeedback("default"));

        pending.AddFeedback("default", Label(0), At(6));
        pending.Withdraw(Withdrawal(0), At(4));
        Assert.Equal(4, pending.CountFeedback("default"));
    }

    [Fact]
    public async Task The_labels_of_an_excluded_annotator_do_not_count_in_the_pipeline_of_the_exclusion()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var pending = bench.Pending;
        pending.AddFeedback("default", Label(0) with { Annotator = "anna" }, At(0));
        pending.AddFeedback("default", Label(1) with { Annotator = "anna", Pipeline = "chat" }, At(1));
        pending.AddFeedback("default", Label(2) with { Annotator = "ben" }, At(2));
        await bench.AppendAsync(
            [
                new AnnotatorExclusionChanged
                {
                    Annotator = "anna", Pipeline = "news", Excluded = true, Actor = "lead", ChangedAt = TrainingBench.Start,
                },
            ],
            Topics.Annotators);

        await bench.ExcludedAnnotators.RefreshAsync(TrainingBench.Cancellation);

        Assert.Equal(2, pending.CountFeedback("default"));
    }

    private static FeedbackReceived Label(long text, int second = 0) =>
        TrainingBench.Feedback($"t-{text}", $"text {text}", "neutral", second);

    private static FeedbackWithdrawn Withdrawal(long text) => TrainingBench.Withdrawal(Label(text));

    private static RecordPosition At(long offset, int partition = 0) => new(Topics.Feedback, partition, offset);
}
