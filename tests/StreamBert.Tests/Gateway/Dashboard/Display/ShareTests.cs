using CsCheck;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Tests.Gateway.Dashboard.Display;

public sealed class ShareTests
{
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(30, 100, 0.2189, 0.3958)]
    public void The_interval_is_the_Wilson_score_interval(long selected, long count, double low, double high)
    {
        var interval = Share.Of(selected, count).Interval;

        Assert.Equal(low, interval.Low, 0.0001);
        Assert.Equal(high, interval.High, 0.0001);
    }

    [Fact]
    public void A_share_of_no_texts_has_the_widest_interval() =>
        Assert.Equal((0, 0.0, 1.0), (Share.Of(0, 0).Value, Share.Of(0, 0).Interval.Low, Share.Of(0, 0).Interval.High));

    [Fact]
    public void The_interval_contains_the_share_and_stays_within_0_and_1() => Gen.Int[1, 100_000]
        .SelectMany(static count => Gen.Int[0, count].Select(selected => Share.Of(selected, count)))
        .Sample(static share => share.Interval.Low >= 0 && share.Interval.High <= 1
            && share.Interval.Low <= share.Value + Tolerance && share.Value <= share.Interval.High + Tolerance);
}
