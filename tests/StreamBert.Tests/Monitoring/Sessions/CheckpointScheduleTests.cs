using Microsoft.Extensions.Time.Testing;
using StreamBert.Monitoring.Sessions;

namespace StreamBert.Tests.Monitoring.Sessions;

public sealed class CheckpointScheduleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_checkpoint_is_due_after_its_interval_or_many_records()
    {
        var schedule = new CheckpointSchedule(TimeSpan.FromSeconds(10), _time);

        Assert.False(schedule.IsDue(199_999));
        Assert.True(schedule.IsDue(200_000));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(schedule.IsDue(1));
    }

    [Fact]
    public void Without_an_interval_each_commit_carries_a_checkpoint() =>
        Assert.True(new CheckpointSchedule(TimeSpan.Zero, _time).IsDue(0));

    /// <summary>The oracle is a simulation of an hour in which each checkpoint takes longer than the last.</summary>
    [Fact]
    public void Checkpoints_of_a_growing_state_take_at_most_five_percent_of_the_time()
    {
        var schedule = new CheckpointSchedule(TimeSpan.FromSeconds(10), _time);
        var duration = TimeSpan.FromSeconds(0.2);
        for (var elapsed = TimeSpan.Zero; elapsed < TimeSpan.FromHours(1); elapsed += TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (!schedule.IsDue(500_000))
                continue;
            schedule.Measure(() => { _time.Advance(duration); return true; });
            duration *= 1.05;
        }

        Assert.InRange(schedule.TotalDuration / TimeSpan.FromHours(1), 0.01, 0.05);
    }
}
