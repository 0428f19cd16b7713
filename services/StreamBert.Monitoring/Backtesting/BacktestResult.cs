using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>Holds what the monitor would have published.</summary>
internal sealed record BacktestResult
{
    /// <summary>The raised alerts, in order.</summary>
    public required IReadOnlyList<AlertRaised> Raised { get; init; }

    /// <summary>The resolved alerts, in order.</summary>
    public required IReadOnlyList<AlertResolved> Resolved { get; init; }

    /// <summary>The trends, in order; empty unless <see cref="BacktestSettings.KeepsTrends"/> is set.</summary>
    public required IReadOnlyList<TrendUpdated> Trends { get; init; }

    /// <summary>The watermark at the end, with the numbers of texts, late texts and texts that were too late.</summary>
    public required EventTimeUpdated EventTime { get; init; }

    /// <summary>The event time from the first to the last closed window; null if no window has closed.</summary>
    public TimeWindow? Span { get; init; }

    /// <summary>The number of closed windows.</summary>
    public required long Windows { get; init; }

    /// <summary>The texts that could not be counted, and the detectors that threw.</summary>
    public required IReadOnlyList<ProcessingFailure> Failures { get; init; }
}
