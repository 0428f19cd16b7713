using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Privacy.Keys;

/// <summary>
/// Checks the keys when a process starts, not only when a subject writes, and again while they are damaged. <see cref="SubjectKeys"/>
/// itself degrades the process.
/// </summary>
internal sealed class KeyHealthMonitor(SubjectKeys keys, Supervisor supervisor, ILogger<KeyHealthMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private bool _wasChecked;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => supervisor.RunPeriodicallyAsync(
        "The health check of the subjects' keys",
        Interval,
        _ =>
        {
            CheckIfNeeded();
            return Task.CompletedTask;
        },
        stoppingToken);

    private void CheckIfNeeded()
    {
        if (_wasChecked && !keys.AreDamaged)
            return;
        var fault = Check();
        if (fault is not null && !_wasChecked)
        {
            logger.LogError("The keys of the subjects cannot be used; they are checked again every {Seconds} s: "
                + "{Reason}", Interval.TotalSeconds, fault);
        }
        _wasChecked = true;
    }

    private string? Check()
    {
        try
        {
            if (keys.FileExists)
                keys.Check();
            return null;
        }
        catch (Exception exception)
        {
            return exception.Message;
        }
    }
}
