using StreamBert.Cli.Backtests.Charts;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests;

/// <summary>Holds the result of a backtest with its scores.</summary>
/// <param name="Request">The backtest.</param>
/// <param name="Result">What the monitor would have published.</param>
internal sealed record BacktestOutcome(BacktestRequest Request, BacktestResult Result)
{
    /// <summary>The comparison with the labels for the monitor and the detectors beside it; empty without labels.</summary>
    public required IReadOnlyList<DetectionScore> Scores { get; init; }

    /// <summary>The values of each series by window; empty if they are not kept.</summary>
    public required IReadOnlyList<ChartedSeries> Histories { get; init; }

    /// <summary>The scored time: from the end of the learning time, or the first window, to the last; null if no window closed.</summary>
    public TimeWindow? Scored => Result.Span is not { } span ? null
        : new(Request.Learn is { } learn && learn > span.Start ? learn : span.Start, span.End);

    /// <summary>The alerts of the scored time.</summary>
    public IReadOnlyList<AlertRaised> Alerts => [.. Result.Raised.Where(alert => alert.RaisedAt > Scored!.Start)];

    /// <summary>The labelled windows that overlap the scored time.</summary>
    public IReadOnlyList<LabelledWindow> Labels =>
        [.. (Request.Labels ?? []).Where(label => Scored is { } scored && label.Start < scored.End && label.End > scored.Start)];

    /// <summary>The number of false alarms per day that the budget of the rules allows for each kind of alert.</summary>
    public double BudgetPerDay => Request.Pipeline.Monitor.Rules.Budget.FalseAlarms
        / Request.Pipeline.Monitor.Rules.Budget.Per.TotalDays;

    private TimeSpan Window => Request.Pipeline.Monitor.Window;

    /// <summary>Returns the labelled window that an alert reports; null if there is none.</summary>
    public LabelledWindow? LabelOf(AlertRaised alert) => Labels.FirstOrDefault(label => label.IsReportedBy(ScoredAlert.Of(alert), Window));

    /// <summary>Returns the time from the beginning of a labelled window to its first alert; null if no alert reports it.</summary>
    public TimeSpan? DelayOf(LabelledWindow label) => DetectionScore.DelayOf(label, Alerts.Select(ScoredAlert.Of), Window);
}
