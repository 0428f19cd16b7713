using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Status;

/// <summary>Asks the state store every second, so that an outage shows, and ends, also while nobody reads. The connection itself keeps <see cref="Readiness"/> true.</summary>
internal sealed class StateHealth(StateStore store, TimeProvider time, ILogger<StateHealth> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await store.PingAsync(stoppingToken);
                if (store.WritesFail)
                    await store.ProbeWriteAsync(stoppingToken);
            }
            catch (StateUnavailableException e)
            {
                logger.LogDebug("{Reason}", e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
