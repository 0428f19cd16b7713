using StreamBert.Cli.Backtests.Charts;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Cli.Backtests;

/// <summary>Runs a backtest, and beside it the detectors for comparison over the same trends.</summary>
/// <param name="request">The backtest.</param>
/// <param name="onWindow">Called with the end of each trend's window, to report progress.</param>
internal sealed class BacktestRunner(BacktestRequest request, Action<DateTimeOffset> onWindow)
{
    private readonly NaiveDetectors _naive = new(request.Pipeline, request.Learn);
    private readonly ChartCollector _histories = new(request.Pipeline);

    public BacktestOutcome Run(IEnumerable<TextClassified> texts) =>
        Complete(Backtest.Run(request.Pipeline, request.Options, texts, Settings()));

    public BacktestOutcome Run(Func<InputSequencer, IEnumerable<MonitorInput>> inputs) =>
        Complete(Backtest.Run(request.Pipeline, request.Options, inputs, Settings()));

    private BacktestSettings Settings() => request.Settings with { OnOutput = Add };

    private void Add(MonitorOutput output)
    {
        if (output is not MonitorOutput.Trend { Value: var trend })
            return;
        onWindow(trend.Window.End);
        if (request.Labels is not null)
            _naive.Add(trend);
        if (request.KeepsTrends)
            _histories.Add(trend);
    }

    private BacktestOutcome Complete(BacktestResult result)
    {
        var outcome = new BacktestOutcome(request, result) { Scores = [], Histories = [] };
        return outcome with { Scores = Score(outcome), Histories = _histories.Of(outcome.Result.Raised) };
    }

    private List<DetectionScore> Score(BacktestOutcome outcome)
    {
        if (request.Labels is not { } labels || outcome.Scored is not { } scored)
            return [];
        (string Name, IEnumerable<ScoredAlert> Alerts)[] detectors =
        [
            ("StreamBert", outcome.Result.Raised.Select(ScoredAlert.Of)),
            ("static threshold (mean ± 3 σ)", _naive.Static), ("always fires", _naive.Always), ("never fires", []),
        ];
        return [.. detectors.Select(detector =>
            DetectionScore.Of(detector.Name, detector.Alerts, labels, scored, request.Pipeline.Monitor.Window))];
    }
}
