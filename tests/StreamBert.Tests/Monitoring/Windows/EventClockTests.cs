using StreamBert.Contracts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Windows;

public sealed class EventClockTests
{
    private const string Topic = "texts.news";
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);
    private readonly EventClockState _state = new();
    private readonly EventClock _clock;

    public EventClockTests() => _clock = new(TimeSpan.FromHours(1), Grace, _state);

    [Fact]
    public void The_slowest_partition_that_is_not_idle_counts()
    {
        Process(0, next: 5, seconds: 300, ends: [9, 7]);
        Assert.Equal(DateTimeOffset.MinValue, _clock.Reached); // nothing of partition 1 has been processed yet

        Process(1, next: 3, seconds: 100, ends: [9, 7]);
        Assert.Equal(Noon.AddSeconds(100), _clock.Reached);
    }

    [Fact]
    public void A_partition_that_has_been_processed_to_its_end_holds_nobody_back()
    {
        Process(1, next: 7, seconds: 100, ends: [9, 7]);
        Process(0, next: 5, seconds: 300, ends: [9, 7]);

        Assert.Equal(Noon.AddSeconds(300), _clock.Reached);
    }

    [Fact]
    public void When_all_are_idle_the_latest_event_counts()
    {
        Process(0, next: 9, seconds: 300, ends: [9, 7]);
        Process(1, next: 7, seconds: 100, ends: [9, 7]);

        Assert.Equal(Noon.AddSeconds(300), _clock.Reached);
    }

    [Fact]
    public void A_partition_that_was_added_holds_the_others_back_until_it_is_processed()
    {
        Process(0, next: 9, seconds: 300, ends: [9]);
        Process(0, next: 10, seconds: 400, ends: [10, 2]);
        Assert.Equal(Noon.AddSeconds(300), _clock.Reached);

        Process(1, next: 2, seconds: 350, ends: [10, 2]);
        Assert.Equal(Noon.AddSeconds(400), _clock.Reached);
    }

    [Fact]
    public void Without_the_ends_nobody_is_known_to_be_idle_and_nothing_moves()
    {
        Process(0, next: 9, seconds: 300, ends: [9]);
        _clock.Advance(
            new() { Topic = Topic, Partitions = [new(0, 9, 10, [new(9, 10)], Noon.AddSeconds(400))], At = Noon, Ends = null },
            1);

        Assert.Equal(Noon.AddSeconds(300), _clock.Reached);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    [InlineData(1500)]
    public void While_a_live_stream_is_silent_its_event_time_trails_the_reports_by_its_delay_and_a_grace(int delay)
    {
        Process(0, next: 9, seconds: 0, ends: [9], delay: delay);

        Silence(TimeSpan.FromSeconds(delay + 300), [9]);

        Assert.Equal(Noon.AddSeconds(300) - Grace, _clock.Reached);
    }

    [Fact]
    public void A_source_that_is_polled_every_five_minutes_is_not_taken_for_silent_between_two_polls()
    {
        long next = 0;
        for (var poll = 1; poll <= 6; poll++)
        {
            for (var minute = 0; minute < 5; minute++)
            {
                next++;
                var occurred = 60 * (5 * (poll - 1) + minute);
                Process(0, next, occurred, [next], delay: 300 * poll - occurred, now: 300 * poll);
            }
            Silence(TimeSpan.FromSeconds(300 * poll + 299), [next]);

            Assert.Equal(Noon.AddSeconds(300 * poll - 60), _clock.Reached);
        }
    }

    [Fact]
    public void A_replay_of_old_texts_is_moved_by_its_own_event_time_alone()
    {
        Process(0, next: 9, seconds: 0, ends: [9], delay: 86_400 * 300);

        Silence(TimeSpan.FromDays(400), [9]);

        Assert.Equal(Noon, _clock.Reached);
    }

    [Fact]
    public void One_text_of_last_year_does_not_make_a_live_stream_a_replay()
    {
        for (var text = 1; text <= 50; text++)
            Process(0, text, text, [text], delay: 2, now: text + 2);
        Process(0, 51, -86_400 * 365, [51], delay: 86_400 * 365, now: 60);

        Silence(TimeSpan.FromSeconds(600), [51]);

        Assert.Equal(Noon.AddSeconds(600 - 2) - Grace, _clock.Reached);
    }

    [Fact]
    public void A_partition_that_is_behind_keeps_a_silent_one_from_being_moved()
    {
        Process(0, next: 9, seconds: 0, ends: [9, 0], delay: 1);

        Silence(TimeSpan.FromMinutes(10), [9, 4]);

        Assert.Equal(Noon, _clock.Reached);
    }

    [Fact]
    public void Reports_that_come_again_or_late_never_move_it_back()
    {
        Process(0, next: 9, seconds: 300, ends: [9]);
        Process(0, next: 5, seconds: 100, ends: [7]);

        Assert.Equal(Noon.AddSeconds(300), _clock.Reached);
    }

    private void Process(int partition, long next, int seconds, IReadOnlyList<long> ends, int delay = 0, int? now = null) => _clock.Advance(
        new()
        {
            Topic = Topic,
            Partitions = [new(partition, next - 1, next, [new(next - 1, next)], Noon.AddSeconds(seconds))],
            At = Noon.AddSeconds(now ?? seconds + delay),
            Ends = new Dictionary<string, IReadOnlyList<long>> { [Topic] = ends },
            Delay = TimeSpan.FromSeconds(delay),
        },
        texts: 1);

    private void Silence(TimeSpan after, IReadOnlyList<long> ends) => _clock.Advance(
        new()
        {
            Topic = Topic,
            Partitions = [],
            At = Noon + after,
            Ends = new Dictionary<string, IReadOnlyList<long>> { [Topic] = ends }
        }, texts: 0);
}
