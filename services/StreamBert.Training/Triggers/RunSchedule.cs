using Cronos;
using Microsoft.Extensions.Options;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Triggers;

/// <summary>
/// Determines when runs are due by a cron expression (<c>Training:Schedule</c>). All times that pass while no trainer runs, or during a
/// run, are due once.
/// </summary>
internal sealed class RunSchedule(IOptions<TrainingOptions> options, TimeProvider time)
{
    private readonly CronExpression? _expression =
        options.Value.Schedule is { Length: > 0 } schedule ? CronExpression.Parse(schedule) : null;

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.Value.ScheduleTimeZone);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public bool IsEnabled => _expression is not null;

    /// <summary>
    /// Returns the first time of the schedule that has come since the last scheduled run of a model ended; before its first scheduled run,
    /// since this trainer started. Null if there is none.
    /// </summary>
    public DateTimeOffset? FindDue(ModelHistory history) =>
        _expression?.GetNextOccurrence(history.ScheduledAt ?? _startedAt, _zone) is { } next && next <= time.GetUtcNow() ? next : null;
}
