using System.Text.Json;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>Prints the outcome of a backtest as one line of JSON.</summary>
internal static class BacktestJson
{
    public static void Write(BacktestOutcome outcome) => Terminal.Out.WriteLine(ToJson(outcome));

    public static string ToJson(BacktestOutcome outcome) => JsonSerializer.Serialize(
        new
        {
            Pipeline = outcome.Request.Pipeline.Name,
            outcome.Scored?.Start,
            outcome.Scored?.End,
            outcome.Result.EventTime.Texts,
            outcome.Result.EventTime.Late,
            outcome.Result.EventTime.TooLate,
            outcome.Result.Windows,
            Alerts = outcome.Scored is null ? [] : outcome.Alerts.Select(alert => AlertOf(outcome, alert)),
            Resolved = outcome.Result.Resolved.Select(static resolved => new { resolved.Id, resolved.ResolvedAt, resolved.Message }),
            Labels = outcome.Labels.Select(label => new
            {
                label.Start,
                label.End,
                label.Kind,
                label.Series,
                Detected = outcome.DelayOf(label) is not null,
                DelaySeconds = outcome.DelayOf(label)?.TotalSeconds,
            }),
            Scores = outcome.Scores.Select(ScoreOf),
            Failures = outcome.Result.Failures.Select(static failure => failure.Fault.Detail),
        },
        JsonSerializerOptions.Web);

    /// <summary>Returns the comparison of a detector with the labels as it is written.</summary>
    public static object ScoreOf(DetectionScore score) => new
    {
        score.Name,
        score.Alerts,
        score.TrueAlerts,
        score.Labelled,
        score.Detected,
        score.Precision,
        score.Recall,
        MedianDelaySeconds = score.MedianDelay?.TotalSeconds,
        score.FalseAlarmsPerDay,
    };

    private static object AlertOf(BacktestOutcome outcome, AlertRaised alert) => new
    {
        Alert = JsonSerializer.SerializeToElement(alert, Wire.Options),
        IsLabelled = outcome.Request.Labels is null ? (bool?)null : outcome.LabelOf(alert) is not null,
        DelaySeconds = outcome.LabelOf(alert) is { } label ? (alert.RaisedAt - label.Start).TotalSeconds : (double?)null,
    };
}
