using StreamBert.Contracts;
using StreamBert.Gateway.Live;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Status;

/// <summary>Calculates the ledger periodically, so that its metrics are current while nobody reads it.</summary>
internal sealed class LedgerRefresh(LedgerReader ledger, LiveEventHub hub, Supervisor supervisor) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        GatewayMetrics.AddGauges(ledger, hub);
        return supervisor.RunPeriodicallyAsync("The refresh of the ledger metrics", Interval, ledger.ReadAsync, stoppingToken);
    }
}
