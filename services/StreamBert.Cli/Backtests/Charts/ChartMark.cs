using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.Charts;

/// <summary>An alert in a chart.</summary>
/// <param name="At">The time at which it fired.</param>
/// <param name="Style">The style, which is the name of a severity.</param>
/// <param name="Title">A short description.</param>
internal sealed record ChartMark(DateTimeOffset At, string Style, string Title)
{
    public static ChartMark Of(AlertRaised alert) => new(alert.RaisedAt, alert.Severity.ToString(), alert.Title);
}
