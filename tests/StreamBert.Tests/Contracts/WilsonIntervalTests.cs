using CsCheck;
using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

/// <summary>Compares Wilson intervals with published values.</summary>
public sealed class WilsonIntervalTests
{
    [Theory]
    [InlineData(10, 20, 0.2993, 0.7007)]
    [InlineData(0, 10, 0.0, 0.2775)]
    [InlineData(81, 263, 0.2553, 0.3662)] // Newcombe 1998, table I
    [InlineData(15, 148, 0.0624, 0.1605)]
    public void Intervals_match_published_ones(long selected, long count, double low, double high)
    {
        var interval = WilsonInterval.Of(selected, count);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Without_texts_the_interval_is_0_to_1() => Assert.Equal(new Interval(0, 1), WilsonInterval.Of(0, 0));

    [Fact]
    public void A_rate_lies_in_its_interval() =>
        Gen.Select(Gen.Long[1, 100_000], Gen.Double[0, 1]).Sample(static (count, share) =>
        {
            var selected = (long)(share * count);
            var (interval, rate) = (WilsonInterval.Of(selected, count), (double)selected / count);
            return interval.Low <= rate + 1e-12 && rate <= interval.High + 1e-12 && interval.Low >= 0 && interval.High <= 1;
        });
}
