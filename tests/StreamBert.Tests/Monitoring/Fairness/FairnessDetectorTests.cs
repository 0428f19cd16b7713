using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class FairnessDetectorTests
{
    private static readonly int CalmDays = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 7 : 2;
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    private readonly ConversationStream _stream = new(31, TenSeconds);

    [Fact]
    public void A_group_treated_worse_is_raised_and_cleared_in_these_windows()
    {
        List<string> changes = [];
        for (var i = 0; i < 200; i++)
        {
            var changed = _stream.Feed(("north", 100, 0.2), ("south", 100, i is >= 30 and < 118 ? 0.45 : 0.2));
            changes.AddRange(changed.Select(change => $"{i}:{change}"));
        }

        Assert.Equal(["81:raised", "123:resolved"], changes);
    }

    [Fact]
    public void Groups_that_are_treated_alike_raise_no_alert_for_days()
    {
        for (var i = 0; i < CalmDays * 24 * 360; i++)
            Assert.Empty(_stream.Feed(("north", 4, 0.2), ("south", 4, 0.2), ("east", 4, 0.2)));
    }

    [Fact]
    public void A_tolerated_difference_raises_no_alert_however_long_it_lasts()
    {
        for (var i = 0; i < 5000; i++)
            Assert.Empty(_stream.Feed(("north", 60, 0.2), ("south", 60, 0.24)));
    }

    [Fact]
    public void With_too_few_texts_the_assessment_is_inconclusive_and_an_open_alert_stays_open()
    {
        for (var i = 0; i < 80; i++)
            _stream.Feed(("north", 100, 0.2), ("south", 100, 0.6));
        Assert.True(_stream.IsFiring);

        for (var i = 0; i < 100; i++)
            Assert.Empty(_stream.Feed(("north", 100, 0.2), ("south", 0, 0)));

        Assert.True(_stream.IsFiring);
    }

    [Fact]
    public void A_group_with_too_few_texts_is_shown_as_insufficient_and_does_not_count()
    {
        for (var i = 0; i < 12; i++)
            _stream.Feed(("north", 100, 0.2), ("south", 100, 0.6), ("tiny", 1, 1));
        var assessment = _stream.Last!;

        var alert = new AlertBuilder(new()).Build(new Transition.Raised(new("id", "", "", assessment.Rule.Series), assessment), []);

        Assert.False(Assert.Single(alert.Fairness!.Groups, static group => group.Group == "tiny").Sufficient);
        Assert.InRange(alert.Fairness.Difference, 0.3, 0.5);
        Assert.Contains("Too few texts to compare “tiny”", alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_groups_are_compared_over_more_windows()
    {
        List<string> changes = [];
        for (var i = 0; i < 200; i++)
            changes.AddRange(_stream.Feed(("north", 8, 0.2), ("south", 8, 0.6)));

        Assert.Equal(["raised"], changes);
    }

    [Fact]
    public void A_conversation_counts_once_in_rates_and_evidence()
    {
        var stream = new ConversationStream(3, TimeSpan.FromMinutes(1));
        for (var i = 0; i < 600; i++)
            stream.FeedConversations(("north", 2, 0.2), ("south", 2, 0.2));

        var north = Assert.IsType<FairnessEvidence>(stream.Last!.Evidence).Groups[0];

        Assert.InRange((double)north.Count / north.Conversations!.Value, 4.5, 6.5); // 5.5 texts on average
        Assert.True(north.Interval.High - north.Interval.Low > 0.1, "the interval is that of about 100 conversations");
    }
}
