using StreamBert.Contracts;

namespace StreamBert.Monitoring.Alerts;

/// <summary>What the monitor says: exactly one of the three is set.</summary>
public sealed record MonitorOutput(TrendUpdated? Trend, AlertRaised? Raised, AlertResolved? Resolved)
{
    public static MonitorOutput Of(TrendUpdated trend) => new(trend, null, null);

    public static MonitorOutput Of(AlertRaised raised) => new(null, raised, null);

    public static MonitorOutput Of(AlertResolved resolved) => new(null, null, resolved);
}
