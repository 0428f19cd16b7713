using System.Text.Json;
using StreamBert.Monitoring.Accuracy;

namespace StreamBert.Tests.Monitoring.Accuracy;

public sealed class RecentHoursTests
{
    [Fact]
    public void The_last_24_hours_are_summed_and_skipped_hours_are_empty()
    {
        var recent = new RecentHours();
        for (var hour = 100; hour < 130; hour++)
            recent.Add(hour, Sums(hour));
        Assert.Equal(Enumerable.Range(106, 24).Sum(), recent.Sum(24).Texts);
        Assert.Equal(129 + 128, recent.Sum(2).Texts);
        Assert.Null(recent.At(105));
        Assert.Equal(106, recent.At(106)!.Texts);

        recent.Add(140, Sums(7));

        Assert.Null(recent.At(135));
        Assert.Equal(Enumerable.Range(117, 13).Sum() + 7, recent.Sum(24).Texts);
        Assert.Equal(recent.Sum(24).Texts, recent.Sum(24).Labels["a"].Texts);
    }

    [Fact]
    public void A_checkpoint_restores_them()
    {
        var recent = new RecentHours();
        recent.Add(100, Sums(3));
        recent.Add(101, Sums(5));

        var restored = JsonSerializer.Deserialize<RecentHours>(JsonSerializer.Serialize(recent))!;

        Assert.Equal((8, 6.0), (restored.Sum(24).Texts, Math.Round(restored.Sum(24).Confidence, 5)));
        Assert.Equal(8, restored.Sum(24).Labels["a"].Texts);
    }

    private static AccuracySums Sums(int texts) => new()
    {
        Texts = texts,
        Confidence = texts * 0.75,
        Squares = texts * 0.6,
        ClusterSquares = texts,
        Labels = { ["a"] = new() { Texts = texts, Confidence = texts * 0.75 } },
    };
}
