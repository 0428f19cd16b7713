using StreamBert.Contracts;
using StreamBert.Monitoring.EventTime;

namespace StreamBert.Tests.Monitoring.EventTime;

public sealed class EventTimeTrackerTests
{
    private const string Topic = "texts.news";
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);
    private readonly EventTimeState _state = new();
    private readonly EventTimeTracker _tracker;

    public EventTimeTrackerTests() => _tracker = new(TimeSpan.FromHours(1), Grace, TimeSpan.FromMinutes(15), _state);

    [Fact]
    public void Event_time_is_that_of_the_slowest_partition_that_is_not_idle()
    {
        Process(0, next: 5, seconds: 300, ends: [9, 7]);
        Assert.Equal(DateTimeOffset.MinValue, _tracker.Current); // nothing of partition 1 has been processed yet

        Process(1, next: 3, seconds: 100, ends: [9, 7]);
        Assert.Equal(Noon.AddSeconds(100), _tracker.Current);
    }

    [Fact]
    public void An_idle_partition_does_not_hold_back_the_others()
    {
        Process(1, next: 7, seconds: 100, ends: [9, 7]);
        Process(0, next: 5, seconds: 300, ends: [9, 7]);

        Assert.Equal(Noon.AddSeconds(300), _tracker.Current);
    }

    [Fact]
    public void Event_time_is_that_of_the_latest_event_if_all_partitions_are_idle()
    {
        Process(0, next: 9, seconds: 300, ends: [9, 7]);
        Process(1, next: 7, seconds: 100, ends: [9, 7]);

        Assert.Equal(Noon.AddSeconds(300), _tracker.Current);
    }

    [Fact]
    public void An_added_partition_holds_back_the_others_until_it_is_processed()
    {
        Process(0, next: 9, seconds: 300, ends: [9]);
        Process(0, next: 10, seconds: 400, ends: [10, 2]);
        Assert.Equal(Noon.AddSeconds(300), _tracker.Current);

        Process(1, next: 2, seconds: 350, ends: [10, 2]);
        Assert.Equal(Noon.AddSeconds(400), _tracker.Current);
    }

    [Fact]
    public void Without_the_ends_no_partition_is_known_to_be_idle_and_event_time_does_not_advance()
    {
        Process(0, next: 9, seconds: 300, ends: [9]);
        _tracker.Advance(
            new() { Topic = Topic, Partitions = [new(0, 9, 10, [new(9, 10)], Noon.AddSeconds(400))], At = Noon, Ends = null },
            1);

        Assert.Equal(Noon.AddSeconds(300), _tracker.Current);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    [InlineData(1500)]
    public void The_event_time_of_a_silent_live_stream_follows_the_reports_by_its_delay_and_a_grace(int delay)
    {
        Process(0, next: 9, seconds: 0, ends: [9], delay: delay);

        Silence(TimeSpan.FromSeconds(delay + 300), [9]);

        Assert.Equal(Noon.AddSeconds(300) - Grace, _tracker.Current);
    }

    [Fact]
    public void A_source_that_is_polled_every_five_minutes_is_not_silent_between_two_polls()
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

            Assert.Equal(Noon.AddSeconds(300 * poll - 60), _tracker.Current);
        }
    }

    [Fact]
    public void A_replay_of_old_texts_advances_by_its_own_event_time_only()
    {
        Process(0, next: 9, seconds: 0, ends: [9], delay: 86_400 * 300);

        Silence(TimeSpan.FromDays(400), [9]);

        Assert.Equal(Noon, _tracker.Current);
    }

    [Fact]
    public void One_text_of_last_year_does_not_turn_a_live_stream_into_a_replay()
    {
        for (var text = 1; text <= 50; text++)
            Process(0, text, text, [text], delay: 2, now: text + 2);
        Process(0, 51, -86_400 * 365, [51], delay: 86_400 * 365, now: 60);

        Silence(TimeSpan.FromSeconds(600), [51]);

        Assert.Equal(Noon.AddSeconds(600 - 2) - Grace, _tracker.Current);
    }

    [Fact]
    public void A_partition_with_lag_keeps_the_event_time_of_a_silent_one()
    {
        Process(0, next: 9, seconds: 0, ends: [9, 0], delay: 1);

        Silence(TimeSpan.FromMinutes(10), [9, 4]);

        Assert.Equal(Noon, _tracker.Current);
    }

    [Fact]
    public void Repeated_and_late_reports_never_decrease_event_time()
    {
        Process(0, next: 9, seconds: 300, ends: [9]);
        Process(0, next: 5, seconds: 100, ends: [7]);

        Assert.Equal(Noon.AddSeconds(300), _tracker.Current);
    }

    private void Process(
        int partition, long next, int seconds, IReadOnlyList<long> ends, int delay = 0, int? now = null) => _tracker.Advance(
        new()
        {
            Topic = Topic,
            Partitions = [new(partition, next - 1, next, [new(next - 1, next)], Noon.AddSeconds(seconds))],
            At = Noon.AddSeconds(now ?? seconds + delay),
            Ends = new Dictionary<string, IReadOnlyList<long>> { [Topic] = ends },
            Delay = TimeSpan.FromSeconds(delay),
        },
        texts: 1);

    private void Silence(TimeSpan after, IReadOnlyList<long> ends) => _tracker.Advance(
        new()
        {
            Topic = Topic,
            Partitions = [],
            At = Noon + after,
            Ends = new Dictionary<string, IReadOnlyList<long>> { [Topic] = ends }
        }, texts: 0);
}
