using StreamBert.Monitoring.Worker;

namespace StreamBert.Tests.Monitoring.Worker;

public sealed class LiveClockTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly LiveClock _clock = new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(12));

    [Fact]
    public void A_live_stream_is_closed_by_the_clock_less_its_usual_delay_and_a_grace()
    {
        _clock.Observe(Now.AddSeconds(-3), Now);

        Assert.Equal(Now.AddSeconds(20 - 3 - 12), _clock.Watermark(Now.AddSeconds(20)));
    }

    [Fact]
    public void A_replay_of_old_texts_never_is()
    {
        _clock.Observe(Now.AddDays(-300), Now);

        Assert.Null(_clock.Watermark(Now.AddHours(1)));
    }

    [Fact]
    public void Before_the_first_text_nothing_is_known() => Assert.Null(_clock.Watermark(Now));
}
