using StreamBert.Contracts;
using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Labels;

public sealed class EffectFloorTests
{
    private static readonly EffectFloor Floor = new(new LabelRule()); // 5 texts, 5 points, ratio 1.5

    [Theory]
    [InlineData(100, 30, 20, true)]
    [InlineData(100, 29, 20, false)] // ratio 1.45
    [InlineData(100, 6, 2, false)] // 4 points
    [InlineData(8, 4, 0.8, false)] // 4 texts
    public void A_rise_needs_the_minimum_count_lift_and_ratio(float size, float amount, float expected, bool isReached) =>
        Assert.Equal(isReached, Floor.IsReached(new() { Size = size, Amount = amount, Expected = expected }, isAbove: true));

    [Fact]
    public void Half_of_the_floor_keeps_an_alert_and_less_clears_it()
    {
        Assert.True(Floor.IsElevated(new() { Size = 100, Amount = 26, Expected = 20 }, isAbove: true));
        Assert.False(Floor.IsElevated(new() { Size = 100, Amount = 24, Expected = 20 }, isAbove: true));
        Assert.False(Floor.IsElevated(default, isAbove: true));
    }

    [Theory]
    [InlineData(1, 4, false)] // one text a window, usually none, is not critical
    [InlineData(40, 60, true)]
    [InlineData(13, 60, false)]
    public void An_alert_is_critical_if_many_texts_deviate_by_much(float amount, float size, bool isCritical) =>
        Assert.Equal(isCritical, Floor.IsCritical(new() { Size = size, Amount = amount, Expected = 0.15f * size }, isAbove: true));
}
