using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests.RuleTests;

/// <summary>Runs a test of rules: the monitor over the texts of the test, and a comparison with the expected alerts.</summary>
internal static class RuleTestRunner
{
    private static readonly DateTimeOffset DefaultStart = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <param name="test">The test.</param>
    /// <param name="pipeline">The pipeline with the rules to test.</param>
    /// <param name="options">The technical limits of the monitor.</param>
    /// <returns>The differences, one line each: what is missing after a minus sign, what is unexpected after a plus sign.</returns>
    public static IReadOnlyList<string> Run(RuleTest test, PipelineOptions pipeline, MonitoringOptions options)
    {
        var (start, window) = (test.Start ?? DefaultStart, pipeline.Monitor.Window);
        start -= TimeSpan.FromTicks(start.UtcTicks % window.Ticks);
        var texts = new TestTexts(test, pipeline, start);
        var result = Backtest.Run(pipeline, options, texts.Create(), new() { To = start + window * texts.Windows });
        var raised = result.Raised.Where(alert => !test.Ignore.Contains(alert.Kind)).ToList();
        var expected = test.Expect.Select(expected => (Expected: expected, Time: TimeOf(expected, start, window))).ToList();
        return
        [
            .. expected.Where(expected => !raised.Exists(alert => IsExpected(alert, expected.Time)))
                .Select(static expected => $"- {expected.Expected}"),
            .. raised.Where(alert => !expected.Exists(expected => IsExpected(alert, expected.Time)))
                .Select(alert => Describe(alert, start, window)),
            .. result.Failures.Select(static failure => $"! {failure.Fault.Detail}"),
        ];
    }

    private static LabelledWindow TimeOf(ExpectedAlert expected, DateTimeOffset start, TimeSpan window) =>
        new(start + window * expected.From, start + window * (expected.To + 1)) { Kind = expected.Kind, Series = expected.Series };

    private static bool IsExpected(AlertRaised alert, LabelledWindow time) => time.IsReportedBy(ScoredAlert.Of(alert), TimeSpan.Zero);

    private static string Describe(AlertRaised alert, DateTimeOffset start, TimeSpan window)
    {
        var series = $"{alert.Series.Head}/{alert.Series.Segment}";
        var number = (int)((alert.RaisedAt - start) / window) - 1;
        return FormattableString.Invariant($"+ {alert.Kind,-16} {series,-28} window {number}: {alert.Title}");
    }
}
