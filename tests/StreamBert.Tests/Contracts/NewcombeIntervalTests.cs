using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

/// <summary>Compares Newcombe intervals with published values.</summary>
public sealed class NewcombeIntervalTests
{
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)] // Newcombe 1998, table II, method 10
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 20, 0.6791, 1.0)]
    public void Intervals_match_published_ones(long selectedA, long countA, long selectedB, long countB, double low, double high)
    {
        var interval = NewcombeInterval.Of(selectedA, countA, selectedB, countB);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }
}
