using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Operations.Projection;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Gateway.Status;

/// <summary>
/// Asks the state store every second, so that an outage shows, and ends, also while nobody reads. The connection itself keeps <see
/// cref="Readiness"/> true.
/// </summary>
internal sealed class StateStoreMonitor(
    StateStore store,
    StateRebuild rebuild,
    Readiness readiness,
    TimeProvider time,
    ILogger<StateStoreMonitor> logger) : BackgroundService
{
    internal const string Component = "state lag";
    private const long MostBehind = 20_000;
    private const int RoundsPerLag = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                await store.PingAsync(stoppingToken);
                if (store.IsRefusingWrites)
                    await store.ProbeWriteAsync(stoppingToken);
                if (round % RoundsPerLag == 0)
                    Report(await rebuild.ReadLagAsync(stoppingToken));
            }
            catch (Exception e) when (e is StateUnavailableException or LogUnavailableException)
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

    /// <summary>A store that is rebuilt, or does not keep up, answers with less than the log holds.</summary>
    private void Report(long behind)
    {
        if (behind > MostBehind)
        {
            readiness.Degrade(Component, string.Create(
                CultureInfo.InvariantCulture,
                $"The state store is {behind:N0} records behind the log, so reads, trends and alerts are not of this moment."), "Wait while it is rebuilt; if it stays so, give Redis or this process more power.");
        }
        else
        {
            readiness.Recover(Component);
        }
    }
}
