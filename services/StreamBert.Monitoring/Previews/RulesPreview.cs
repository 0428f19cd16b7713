using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Previews;

/// <summary>Compares the alerts of two sets of rules by a backtest of each over the predictions in the log.</summary>
internal sealed class RulesPreview(IEventLog log, PipelineCatalog catalog, AnalysisOptions options)
{
    /// <summary>Bounds the alerts that a response lists; the counts cover all.</summary>
    private const int MaxListed = 100;

    /// <summary>The result does not depend on changes of rules in the log: each set of rules applies from the first text on.</summary>
    private static readonly BacktestSettings Settings = new() { AppliesRuleChanges = false };

    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RulesPreviewed Compare(RulesPreviewRequested request, CancellationToken cancellation)
    {
        if (catalog.Find(request.Pipeline) is not { } pipeline)
            return new() { Id = request.Id, Error = $"The monitor has no pipeline '{Excerpt.Quote(request.Pipeline)}'." };
        var inEffect = Run(pipeline, request.InEffect, cancellation);
        var proposed = Run(pipeline, request.Proposed, cancellation);
        var period = inEffect.Span is { } span ? new TimeWindow(Later(span.Start, span.End - request.Period), span.End) : null;
        return new()
        {
            Id = request.Id,
            Period = period,
            Windows = inEffect.Windows,
            InEffect = Summarize(inEffect, period),
            Proposed = Summarize(proposed, period),
        };
    }

    private BacktestResult Run(PipelineOptions pipeline, MonitorRules rules, CancellationToken cancellation)
    {
        pipeline = pipeline with { Monitor = pipeline.Monitor with { Rules = rules } };
        var inputs = new LogInputs(log, catalog, pipeline, Settings);
        return Backtest.Run(pipeline, options, sequencer => inputs.Read(sequencer, cancellation), Settings);
    }

    private static PreviewedAlerts Summarize(BacktestResult result, TimeWindow? period)
    {
        var resolved = result.Resolved.ToDictionary(static alert => alert.Id, static alert => alert.ResolvedAt);
        var alerts = result.Raised.DistinctBy(static alert => alert.Id).Where(alert => alert.RaisedAt > period?.Start).Reverse().ToList();
        return new(
            alerts.Count,
            alerts.CountBy(static alert => alert.Kind).OrderBy(static kind => kind.Key, StringComparer.Ordinal).ToDictionary(),
            [.. alerts.Take(MaxListed).Select(alert => new PreviewedAlert(
                alert.Id, alert.Kind, alert.Severity, alert.Title, alert.RaisedAt,
                resolved.TryGetValue(alert.Id, out var at) ? at : null))]);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
