using StreamBert.Contracts;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training.Runs;

public sealed class PendingWorkTests
{
    [Fact]
    public void A_model_is_due_at_its_minimum_of_pending_feedback()
    {
        var pending = new PendingWork();
        pending.AddFeedback("default", At(0));
        pending.AddFeedback("default", At(1));
        Assert.Empty(pending.FindDue(static _ => 3));

        pending.AddFeedback("default", At(2));

        var due = Assert.Single(pending.FindDue(static _ => 3));
        Assert.Equal(("default", TrainingCauses.Count, "3 new feedback records"), (due.Model, due.Cause, due.Detail));
    }

    [Fact]
    public void A_request_makes_its_model_due_at_once()
    {
        var pending = new PendingWork();

        pending.AddRequest("other", At(7), "anna");

        var due = Assert.Single(pending.FindDue(static _ => 3));
        Assert.Equal(("other", TrainingCauses.Request, "requested by anna"), (due.Model, due.Cause, due.Detail));
        Assert.Equal([At(7)], due.Requests);
    }

    [Fact]
    public void A_run_uses_what_was_before_its_ends_and_nothing_of_another_model()
    {
        var pending = new PendingWork();
        foreach (var position in (RecordPosition[])[At(0), At(1), At(2), At(0, partition: 1)])
            pending.AddFeedback("default", position);
        pending.AddFeedback("chat", At(0));
        pending.AddRequest("default", At(1), "anna");
        pending.AddRequest("default", At(2), "ben");

        pending.Complete("default", [2]);

        Assert.Equal((2, 1), (pending.CountFeedback("default"), pending.CountFeedback("chat")));
        Assert.Equal([At(2)], Assert.Single(pending.FindDue(static _ => 3)).Requests);
    }

    private static RecordPosition At(long offset, int partition = 0) => new(Topics.Feedback, partition, offset);
}
