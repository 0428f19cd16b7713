using CsCheck;
using StreamBert.Monitoring.Statistics.Sequential;

namespace StreamBert.Tests.Monitoring.Statistics.Sequential;

public sealed class ScaleSumsTests
{
    /// <summary>The oracle adds up the last windows of the whole history.</summary>
    [Fact]
    public void Each_scale_sums_exactly_the_last_windows_it_names() =>
        Gen.Select(Gen.Int[1, 100].Array[1, 200], Gen.Int[1, 200]).Sample(static (values, windowsPerDay) =>
        {
            var sums = new ScaleSums();
            for (var i = 0; i < values.Length; i++)
            {
                sums.Add(windowsPerDay, [values[i], 1, 0, 0]);
                Check(sums, values.AsSpan(0, i + 1));
            }
        }, iter: 50);

    [Theory]
    [InlineData(1440, 1024)]
    [InlineData(24, 16)]
    [InlineData(1, 4)]
    public void The_longest_scale_is_at_most_a_day(int windowsPerDay, int longest) =>
        Assert.Equal(longest, 4 << ScaleSums.TiersFor(windowsPerDay) - 1);

    private static void Check(ScaleSums sums, ReadOnlySpan<int> history)
    {
        Span<double> fields = stackalloc double[ScaleSums.Fields];
        for (var scale = 0; scale < sums.Scales; scale++)
        {
            var windows = sums.Sum(scale, fields);
            var nominal = 1 << scale;
            Assert.InRange(windows, Math.Min(history.Length, nominal - nominal / 4 + (nominal >= 4 ? 1 : 0)), nominal);
            Assert.Equal(windows, fields[1]);
            Assert.Equal(history[^windows..].ToArray().Sum(), fields[0]);
        }
    }
}
