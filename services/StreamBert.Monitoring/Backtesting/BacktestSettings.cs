using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>Configures what a backtest reads and keeps.</summary>
internal sealed record BacktestSettings
{
    /// <summary>The event time at which the backtest begins; earlier texts are left out. Null: with the first text.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>
    /// The event time at which the backtest ends. Later texts are left out, and every window up to it is closed, so that a silence at the
    /// end is judged. Null: with the last text, whose window stays open because it may be incomplete.
    /// </summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The reference profiles of the model's versions, which the monitor knows before the first text. Default: none.</summary>
    public IReadOnlyList<ModelProfiled> Profiles { get; init; } = [];

    /// <summary>Whether the result holds the trends. Default false: they need much more memory than the alerts.</summary>
    public bool KeepsTrends { get; init; }

    /// <summary>Whether the changes of rules that a log holds apply. Default true; false to test other rules.</summary>
    public bool AppliesRuleChanges { get; init; } = true;

    /// <summary>Receives every output at once, in order. Default: null.</summary>
    public Action<MonitorOutput>? OnOutput { get; init; }

    /// <summary>Whether a text with this event time is part of the backtest.</summary>
    public bool Covers(DateTimeOffset occurredAt) => !(occurredAt < From) && !(occurredAt >= To);
}
