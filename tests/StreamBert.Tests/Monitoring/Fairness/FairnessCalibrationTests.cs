namespace StreamBert.Tests.Monitoring.Fairness;

/// <summary>
/// Measures false alarms and detections on conversations of 3 to 8 texts of one mood. The long variant plays 200 weeks
/// (<c>STREAMBERT_FULL=1</c>).
/// </summary>
public sealed class FairnessCalibrationTests
{
    private const int WindowsInAWeek = 7 * 24 * 60;
    private static readonly int Runs = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 200 : 1;

    [Fact]
    public void Conversations_of_fair_groups_stay_within_the_budget_of_one_alarm_a_week()
    {
        var alarms = 0;
        for (var run = 0; run < Runs; run++)
        {
            var stream = new ConversationStream(run, TimeSpan.FromMinutes(1));
            for (var window = 0; window < WindowsInAWeek; window++)
                stream.FeedConversations(("north", 0.8, 0.25), ("south", 0.8, 0.25), ("east", 0.4, 0.25));
            alarms += stream.Raised;
        }

        Assert.True(alarms <= Runs, $"{alarms} alarms in {Runs} weeks");
    }

    [Fact]
    public void A_group_treated_worse_is_found()
    {
        var (found, delays) = (0, new List<int>());
        for (var run = 0; run < Runs * 5; run++)
        {
            var stream = new ConversationStream(1000 + run, TimeSpan.FromMinutes(1));
            for (var window = 0; window < 24 * 60; window++)
                stream.FeedConversations(("north", 0.8, 0.25), ("south", 0.8, 0.25), ("east", 0.4, 0.25));
            var delay = 0;
            for (; delay < 24 * 60 && stream.Raised == 0; delay++)
                stream.FeedConversations(("north", 0.8, 0.25), ("south", 0.8, 0.5), ("east", 0.4, 0.25));
            found += stream.Raised;
            delays.Add(delay);
        }

        delays.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"{found} of {Runs * 5}, median delay {delays[delays.Count / 2]} minutes");
        Assert.True(found >= 0.95 * Runs * 5, $"{found} of {Runs * 5} were found, median delay {delays[delays.Count / 2]} minutes");
    }
}
