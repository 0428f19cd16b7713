using StreamBert.Contracts;
using StreamBert.Streaming.Annotators;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Streaming.Annotators;

public sealed class FeedbackWithdrawalsTests
{
    private static readonly FeedbackReceived Label = TrainingBench.Feedback("a", null, "neutral", second: 10);

    /// <summary>The withdrawal is at offset 5, ten seconds after the start.</summary>
    [Theory]
    [InlineData(9, 8, true)]
    [InlineData(10, 4, true)]
    [InlineData(10, 6, false)]
    [InlineData(11, 4, false)]
    public void A_withdrawal_applies_to_labels_before_it_by_time_then_by_offset(int second, long offset, bool isWithdrawn)
    {
        var withdrawn = new FeedbackWithdrawals();
        withdrawn.Add(TrainingBench.Withdrawal(Label), At(5));
        withdrawn.Add(TrainingBench.Withdrawal(Label, second: -9), At(7)); // an older one changes nothing

        var label = TrainingBench.Feedback("a", null, "positive", second);
        Assert.Equal(isWithdrawn, withdrawn.Contains(label, At(offset)));
        Assert.False(withdrawn.Contains(label with { Annotator = "ben" }, At(offset)));
    }

    private static RecordPosition At(long offset) => new(Topics.Feedback, 0, offset);
}
