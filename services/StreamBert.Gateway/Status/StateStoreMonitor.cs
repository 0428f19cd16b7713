using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Operations.Projection;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.State;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Status;

/// <summary>
/// Probes the state store every second, so that the start and the end of an outage are noticed while nobody reads. The connection itself
/// updates <see cref="Readiness"/>.
/// </summary>
internal sealed class StateStoreMonitor(
    StateStore store, StateRebuild rebuild, Readiness readiness, Supervisor supervisor, ILogger<StateStoreMonitor> logger)
        : BackgroundService
{
    internal const string Component = "state lag";
    private const long MaxLag = 20_000;
    private const int ProbesPerLagCheck = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private int _probes;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        supervisor.RunPeriodicallyAsync("The probe of the state store", Interval, ProbeAsync, stoppingToken);

    private async Task ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            await store.PingAsync(cancellation);
            if (store.IsRefusingWrites)
                await store.ProbeWriteAsync(cancellation);
            if (_probes++ % ProbesPerLagCheck == 0)
                ReportLag(await rebuild.ReadLagAsync(cancellation));
        }
        catch (DependencyUnavailableException e)
        {
            logger.LogDebug("The state store could not be probed and is probed again in {Seconds} s: {Reason}", Interval.TotalSeconds,
                e.Message);
        }
    }

    /// <summary>Degrades the process while the store holds much less than the log.</summary>
    private void ReportLag(long lag)
    {
        if (lag <= MaxLag)
        {
            readiness.Recover(Component);
            return;
        }
        readiness.Degrade(
            Component,
            string.Create(CultureInfo.InvariantCulture, $"The state store is {lag:N0} records behind the log, so reads, trends and "
                + $"alerts are out of date."),
            "Wait until the rebuild has finished; if the lag stays high, give Redis or this process more CPU.");
    }
}
