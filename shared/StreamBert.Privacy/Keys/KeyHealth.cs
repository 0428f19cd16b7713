using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamBert.Privacy.Keys;

/// <summary>
/// Looks at the keys when a process starts, not only when a subject writes, and again while they are damaged. <see cref="SubjectKeys"/>
/// itself tells the health of the process.
/// </summary>
internal sealed class KeyHealth(SubjectKeys keys, TimeProvider time, ILogger<KeyHealth> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var known = true; !stoppingToken.IsCancellationRequested;)
        {
            if ((known || keys.AreDamaged) && Fault() is { } fault && known)
                logger.LogError("{Reason}", fault);
            known = false;
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string? Fault()
    {
        try
        {
            if (keys.Exist)
                keys.Check();
            return null;
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }
}
