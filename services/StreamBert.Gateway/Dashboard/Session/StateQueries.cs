using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Rules;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>Reads from the state store what the dashboard shows, limited to what it keeps.</summary>
internal sealed class StateQueries(
    StateStore store, AlertReader alerts, FairnessStates fairnessStates, SubjectVault vault, PipelineCatalog pipelines, ReadBudget budget,
    PrivacyFilter privacy)
{
    private const int MaxPredictions = 100;
    private const int MaxWindows = 120;
    private const int MaxPoints = 240;
    private const int MaxAlerts = 200;
    private const int MaxAccuracySeries = 200;
    private const int MaxFairnessRules = 100;
    private const int MaxComparisons = 200;

    public async Task<IReadOnlyList<TextClassified>> GetPredictionsAsync(PipelineOptions pipeline, CancellationToken cancellation) =>
        vault.Open(await store.ListPredictionsAsync(new(pipeline.Name, Limit: MaxPredictions), cancellation));

    /// <summary>Searches predictions, the latest first.</summary>
    /// <param name="query">Selects the predictions.</param>
    /// <param name="text">What their texts contain; null: anything.</param>
    /// <param name="cancellation">Cancels the search.</param>
    public async Task<StatePage<TextClassified>> SearchPredictionsAsync(
        PredictionQuery query, string? text, CancellationToken cancellation) =>
        vault.Open(await store.ListPredictionsAsync(query with { Where = PredictionText.Contains(text, vault) }, cancellation));

    /// <summary>Finds a prediction by the id that a client gave its text; null if none is stored.</summary>
    public async Task<TextClassified?> FindPredictionAsync(string id, CancellationToken cancellation)
    {
        using var lease = budget.OpenLease();
        return await store.FindAsync(privacy, vault, id, lease, cancellation);
    }

    public Task<StatePage<TrendSeries>> GetTrendsAsync(string pipeline, string head, CancellationToken cancellation) =>
        store.ListTrendsAsync(new(pipeline, head, Limit: MaxWindows), cancellation);

    /// <summary>Finds what is stored of a series; null if it has no windows.</summary>
    public Task<TrendExtent?> FindTrendExtentAsync(SeriesKey series, CancellationToken cancellation) =>
        store.FindTrendExtentAsync(series, cancellation);

    /// <summary>Reads a series over any span, merged to what a chart can show.</summary>
    public Task<TrendSeries> GetMergedTrendAsync(
        SeriesKey series, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation) =>
        store.ReadMergedTrendAsync(series, from, to, MaxPoints, cancellation);

    /// <summary>Reads the latest alerts of a pipeline that started firing in a span; from the log, too, if the span is old.</summary>
    public async Task<IReadOnlyList<AlertView>> GetAlertsAsync(
        string pipeline, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var filter = new AlertFilter { Pipeline = pipeline, From = from, To = to };
        return await alerts.ReadAsync(filter, MaxAlerts, null, cancellation);
    }

    /// <summary>Reads the latest alerts of the state store, and those that still fire.</summary>
    public async Task<IReadOnlyList<AlertView>> GetStoredAlertsAsync(CancellationToken cancellation)
    {
        var open = vault.Open(await store.ListAlertsAsync(AlertFilter.Open, MaxAlerts, cancellation));
        return [.. open, .. vault.Open(await store.ListAlertsAsync(AlertFilter.All, MaxAlerts, cancellation))];
    }

    /// <summary>Reads the latest alerts, and all that still fire; from the log, too, if the state store has only few.</summary>
    public async Task<IReadOnlyList<AlertView>> GetAlertsAsync(CancellationToken cancellation)
    {
        var open = await alerts.ReadAsync(AlertFilter.Open, MaxAlerts, null, cancellation);
        return [.. open, .. await alerts.ReadAsync(AlertFilter.All, MaxAlerts, null, cancellation)];
    }

    public async Task<IReadOnlyList<ModelVersionView>> GetModelsAsync(CancellationToken cancellation) =>
        vault.Open((IReadOnlyList<ModelVersionView>)await store.ListModelsAsync(cancellation));

    /// <summary>
    /// Reads the accuracy of all texts of each head first, then of segments and groups by name, the fairness rules, and the comparisons.
    /// </summary>
    public async Task<ModelHealth> GetHealthAsync(PipelineOptions pipeline, CancellationToken cancellation)
    {
        var accuracy = await store.ListAccuracyAsync(new(pipeline.Name, Limit: MaxAccuracySeries), cancellation);
        var fairness = await fairnessStates.ReadAsync(pipeline.Name, MaxFairnessRules, null, cancellation);
        var drift = await store.ListDriftAsync(pipeline.Name, MaxComparisons, cancellation);
        return new(
            [
                .. accuracy.OrderBy(static report => report.Series.Segment != SeriesKey.All)
                    .ThenBy(static report => report.Series.Head, StringComparer.Ordinal)
                    .ThenBy(static report => report.Series.Segment, StringComparer.Ordinal),
            ],
            [.. fairness.OrderBy(static report => report.Rule, StringComparer.Ordinal)],
            [
                .. drift.OrderBy(static report => report.State != DriftReported.Drifting)
                    .ThenBy(static report => report.State == DriftReported.Insufficient)
                    .ThenBy(static report => report.Against, StringComparer.Ordinal)
                    .ThenBy(static report => report.Fingerprint, StringComparer.Ordinal),
            ],
            accuracy.Next is not null);
    }

    public async Task<EventTimeUpdated?> GetEventTimeAsync(PipelineOptions pipeline, CancellationToken cancellation) =>
        (await store.ListEventTimesAsync(cancellation)).FirstOrDefault(eventTime => eventTime.Pipeline == pipeline.Name);

    /// <summary>Finds the first pipeline that has predictions, else the first.</summary>
    public async Task<string> FindActivePipelineAsync(CancellationToken cancellation)
    {
        foreach (var pipeline in pipelines.All)
        {
            if ((await store.ListPredictionsAsync(new(pipeline.Name, Limit: 1), cancellation)).Count > 0)
                return pipeline.Name;
        }

        return pipelines.All[0].Name;
    }
}
