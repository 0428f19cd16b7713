using System.Text.Json;
using StreamBert.Cli.Backtests.PlainSeries;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>Prints the outcome of a backtest on plain series as one line of JSON.</summary>
internal static class SeriesOutcomeJson
{
    public static void Write(IReadOnlyList<SeriesOutcome> series) => Terminal.Out.WriteLine(JsonSerializer.Serialize(
        new
        {
            SeriesBacktest.Threshold,
            Series = series.Select(static outcome => new
            {
                outcome.Name,
                outcome.Rows,
                outcome.Scored?.Start,
                outcome.Scored?.End,
                Alerts = outcome.Alerts.Select(alert => new
                {
                    alert.Start,
                    alert.End,
                    alert.Value,
                    alert.Score,
                    IsLabelled = outcome.Labels is null ? (bool?)null : outcome.LabelOf(alert) is not null,
                    DelaySeconds = outcome.LabelOf(alert) is { } label ? (alert.Start - label.Start).TotalSeconds : (double?)null,
                }),
                Labels = (outcome.Labels ?? []).Select(label => new
                {
                    label.Start,
                    label.End,
                    Detected = outcome.DelayOf(label) is not null,
                    DelaySeconds = outcome.DelayOf(label)?.TotalSeconds,
                }),
                Scores = outcome.Scores.Select(BacktestJson.ScoreOf),
            }),
            Total = SeriesOutcome.Total(series).Select(BacktestJson.ScoreOf),
        },
        JsonSerializerOptions.Web));
}
