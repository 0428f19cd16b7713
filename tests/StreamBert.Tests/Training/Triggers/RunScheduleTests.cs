using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Training;
using StreamBert.Training.Registry;
using StreamBert.Training.Triggers;

namespace StreamBert.Tests.Training.Triggers;

public sealed class RunScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Noon);

    [Fact]
    public void A_run_is_due_from_the_scheduled_time_on()
    {
        var schedule = Create("0 2 * * *");

        _time.Advance(TimeSpan.FromHours(14) - TimeSpan.FromSeconds(1));
        Assert.Null(schedule.FindDue(ModelHistory.Of([])));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Noon.AddHours(14), schedule.FindDue(ModelHistory.Of([])));
    }

    [Fact]
    public void Times_that_passed_while_no_trainer_ran_are_made_up_for_by_one_run()
    {
        TrainingReported[] runs = [Report(TrainingStates.Completed, Noon), Report(TrainingStates.Completed, Noon.AddDays(4))];
        _time.SetUtcNow(Noon.AddDays(4));
        var schedule = Create("0 2 * * *");

        Assert.NotNull(schedule.FindDue(ModelHistory.Of(runs[..1])));
        Assert.Null(schedule.FindDue(ModelHistory.Of(runs)));
    }

    [Theory]
    [InlineData(TrainingStates.Skipped, false)]
    [InlineData(TrainingStates.Failed, false)]
    [InlineData(TrainingStates.Started, true)] // the process ended during the run
    [InlineData(TrainingStates.Cancelled, true)]
    public void A_time_stays_due_until_its_run_has_ended(string state, bool isDue)
    {
        _time.SetUtcNow(Noon.AddDays(1));
        var history = ModelHistory.Of([Report(TrainingStates.Completed, Noon), Report(state, Noon.AddHours(15))]);

        Assert.Equal(isDue, Create("0 2 * * *").FindDue(history) is not null);
    }

    /// <summary>Oracle: in winter Berlin is an hour ahead of UTC, in summer two.</summary>
    [Theory]
    [InlineData("2026-01-05T12:00:00Z", "2026-01-06T01:00:00Z")]
    [InlineData("2026-07-05T12:00:00Z", "2026-07-06T00:00:00Z")]
    public void The_schedule_follows_the_clock_of_its_time_zone(string now, string due)
    {
        _time.SetUtcNow(DateTimeOffset.Parse(now, null));
        var schedule = Create("0 2 * * *", "Europe/Berlin");
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(DateTimeOffset.Parse(due, null), schedule.FindDue(ModelHistory.Of([])));
    }

    [Fact]
    public void Without_a_schedule_no_run_is_due()
    {
        var schedule = Create(null);
        _time.Advance(TimeSpan.FromDays(400));

        Assert.False(schedule.IsEnabled);
        Assert.Null(schedule.FindDue(ModelHistory.Of([])));
    }

    [Theory]
    [InlineData("every night", "UTC", "Schedule is 'every night', which is no cron expression")]
    [InlineData("0 2 * * *", "Berlin", "ScheduleTimeZone is 'Berlin', a time zone that this machine does not know")]
    public void A_schedule_that_cannot_be_read_is_refused_at_the_start_with_a_remedy(string schedule, string zone, string error)
    {
        var result = new TrainingOptionsValidator().Validate(null, new() { Schedule = schedule, ScheduleTimeZone = zone });

        Assert.Contains(error, result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("such as", result.FailureMessage, StringComparison.Ordinal);
    }

    private RunSchedule Create(string? schedule, string zone = "UTC") =>
        new(Options.Create(new TrainingOptions { Schedule = schedule, ScheduleTimeZone = zone }), _time);

    private static TrainingReported Report(string state, DateTimeOffset at) =>
        new() { Model = "default", State = state, Cause = TrainingCauses.Schedule, Detail = "", OccurredAt = at };
}
