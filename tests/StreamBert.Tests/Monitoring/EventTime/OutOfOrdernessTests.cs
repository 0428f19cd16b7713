using StreamBert.Monitoring.EventTime;

namespace StreamBert.Tests.Monitoring.EventTime;

public sealed class OutOfOrdernessTests
{
    private static readonly TimeSpan Maximum = TimeSpan.FromMinutes(15);
    private readonly OutOfOrderness _texts = new();

    [Fact]
    public void Texts_in_order_hold_nothing_back()
    {
        for (var text = 0; text < 1000; text++)
            _texts.Add(TimeSpan.FromSeconds(-text % 3), Maximum);

        Assert.Equal(TimeSpan.Zero, _texts.HoldBack());
    }

    [Theory]
    [InlineData(120)] // nine texts of ten are behind a clock that is two minutes ahead
    [InlineData(300)]
    public void The_watermark_is_held_back_for_a_tenth_of_the_texts_and_not_for_one_in_a_thousand(int seconds)
    {
        for (var text = 0; text < 1000; text++)
            _texts.Add(text == 500 ? Maximum : text % 10 == 0 ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero, Maximum);

        Assert.InRange(_texts.HoldBack().TotalSeconds, seconds, 1.4 * seconds);
    }

    [Fact]
    public void Texts_of_last_year_are_too_late_and_hold_nothing_back()
    {
        for (var text = 0; text < 1000; text++)
            _texts.Add(text % 3 == 0 ? TimeSpan.FromDays(365) : TimeSpan.Zero, Maximum);

        Assert.Equal(TimeSpan.Zero, _texts.HoldBack());
    }

    [Fact]
    public void What_has_become_punctual_is_no_longer_waited_for()
    {
        for (var text = 0; text < 5000; text++)
            _texts.Add(TimeSpan.FromMinutes(4), Maximum);
        for (var text = 0; text < 50_000; text++)
            _texts.Add(TimeSpan.Zero, Maximum);

        Assert.Equal(TimeSpan.Zero, _texts.HoldBack());
    }
}
