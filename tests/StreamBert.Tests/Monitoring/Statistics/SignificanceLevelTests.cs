using StreamBert.Monitoring.Statistics;

namespace StreamBert.Tests.Monitoring.Statistics;

public sealed class SignificanceLevelTests
{
    [Fact]
    public void Fewer_false_alarms_need_stronger_evidence()
    {
        var (window, week) = (TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));

        Assert.Equal(1 / 10080.0, SignificanceLevel.OfSingle(window, week), 12);
        Assert.Equal(Math.Sqrt(1 / 10080.0), SignificanceLevel.OfPair(window, week, 0), 12);
        Assert.True(SignificanceLevel.OfPair(window, week, 0.5) < SignificanceLevel.OfPair(window, week, 0));
    }
}
