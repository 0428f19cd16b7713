using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Status;
using StreamBert.Gateway.Traffic;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Dashboard;

/// <summary>
/// What one browser tab shows: loaded from the state store, then carried on by the live stream. Everything runs on the
/// tab's own dispatcher, so nothing is locked; however fast the stream is, <see cref="Changed"/> comes at most every <see cref="Beat"/>.
/// </summary>
internal sealed class DashboardSession(
    StateStore store, SubjectVault vault, LiveStream live, LedgerReader ledger, TrafficMeter meter, PipelineCatalog pipelines, Readiness readiness, ServiceHealth health, TimeProvider time) : IDisposable
{
    /// <summary>The time between two draws.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(400);
    private const int BeatsPerLedger = 3;
    private const int BeatsPerReload = 25;
    private static readonly HashSet<string> Rare = [.. LiveTypes.All
        .Where(static type => type is not (LiveTypes.Prediction or LiveTypes.DeadLetter))];

    // Two queues, so that a flood of predictions cannot crowd out an alert.
    private readonly LiveSubscription _judgements = live.Subscribe(new(Types: Rare), capacity: 2048);
    private LiveSubscription? _predictions;
    private bool _changed, _modelsChanged, _judgementsLost;
    private long _lostJudgements, _lostPredictions;

    /// <summary>Raised on the dispatcher when there is something new to draw.</summary>
    public event Action? Changed;

    public IReadOnlyList<PipelineOptions> Pipelines => pipelines.All;
    public PipelineOptions Pipeline { get; private set; } = pipelines.All[0];
    public PredictionFeed Feed { get; } = new();
    public TrendBook Trends { get; } = new();
    public AlertBook Alerts { get; } = new();
    public IReadOnlyList<ModelVersionView> Models { get; private set; } = [];
    public LedgerView? Ledger { get; private set; }

    /// <summary>How the shown pipeline's event time stands; null before its first window.</summary>
    public EventTimeUpdated? EventTime { get; private set; }
    public TrafficView Traffic { get; private set; } = meter.Read();

    /// <summary>Predictions of the shown pipeline that came faster than this tab could take them.</summary>
    public long Missed { get; private set; }

    /// <summary>When in = out + dead-lettered + in flight was last seen to hold.</summary>
    public DateTimeOffset? BalancedAt { get; private set; }

    /// <summary>The first load is through: what is empty now, is empty.</summary>
    public bool Loaded { get; private set; }

    /// <summary>What keeps the service from being whole, in words; empty while it runs.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Corrections sent from this tab: id of the text → the labels that were given.</summary>
    public Dictionary<string, string> Corrections { get; } = [];

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Loads, then follows until cancelled. Call it on the dispatcher.</summary>
    public async Task RunAsync(string? pipeline, CancellationToken cancellation)
    {
        await TryAsync(async () => await SelectAsync(pipeline ?? await ActivePipelineAsync(cancellation), cancellation));
        using var timer = new PeriodicTimer(Beat, time);
        for (var beat = 0; await timer.WaitForNextTickAsync(cancellation); beat++)
        {
            Drain();
            if (beat % BeatsPerLedger == 0) await TryAsync(() => RefreshAsync(beat % BeatsPerReload == 0, cancellation));
            if (_changed) Draw();
        }
    }

    private async Task SelectAsync(string name, CancellationToken cancellation)
    {
        Pipeline = pipelines.Find(name) ?? pipelines.All[0];
        _predictions?.Dispose();
        _predictions = live.Subscribe(new(Pipeline.Name, new HashSet<string> { LiveTypes.Prediction }), capacity: 200);
        Feed.Clear();
        Trends.Clear();
        (Missed, _lostPredictions) = (0, 0);
        await LoadAsync(cancellation);
        Draw();
    }

    /// <summary>Shows another pipeline; if its data cannot be had now, it comes when it can.</summary>
    public Task ChooseAsync(string name) => TryAsync(() => SelectAsync(name, CancellationToken.None));

    /// <summary>Draws at once, after something the reader did.</summary>
    public void Draw()
    {
        _changed = false;
        Changed?.Invoke();
    }

    public void Dispose()
    {
        _judgements.Dispose();
        _predictions?.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        var selected = Pipeline;
        var recent = vault.Open(await store.ListPredictionsAsync(new(selected.Name, Limit: 100), cancellation));
        if (!await LoadJudgementsAsync(selected, cancellation)) return;
        foreach (var prediction in recent.Reverse()) Feed.Add(prediction);
        Loaded = true;
    }

    /// <returns>False if another pipeline was chosen meanwhile.</returns>
    private async Task<bool> LoadJudgementsAsync(PipelineOptions selected, CancellationToken cancellation)
    {
        var trends = await store.ListTrendsAsync(new(selected.Name, selected.Monitor.SentimentHead, Limit: 120), cancellation);
        Alerts.Load(vault.Open(await store.ListAlertsAsync(openOnly: false, 200, cancellation)));
        Models = await store.ListModelsAsync(cancellation);
        if (selected != Pipeline) return false;
        foreach (var trend in trends.SelectMany(static series => series.Windows)) Trends.Add(trend);
        if (trends.Next is not null) Trends.MarkPartial();
        return true;
    }

    /// <summary>The first pipeline that has predictions, else the first.</summary>
    private async Task<string> ActivePipelineAsync(CancellationToken cancellation)
    {
        foreach (var pipeline in pipelines.All)
            if ((await store.ListPredictionsAsync(new(pipeline.Name, Limit: 1), cancellation)).Count > 0) return pipeline.Name;
        return pipelines.All[0].Name;
    }

    private async Task RefreshAsync(bool reload, CancellationToken cancellation)
    {
        if (!Loaded) await SelectAsync(Pipeline.Name, cancellation);
        if (_judgementsLost)
        {
            _judgementsLost = false;
            await LoadJudgementsAsync(Pipeline, cancellation);
        }
        Ledger = await ledger.ReadAsync(cancellation);
        EventTime = (await store.ListEventTimesAsync(cancellation)).FirstOrDefault(eventTime => eventTime.Pipeline == Pipeline.Name);
        Traffic = meter.Read();
        if (Ledger.Total.Balanced == true) BalancedAt = Ledger.At;
        if (reload || _modelsChanged)
        {
            _modelsChanged = false;
            Models = await store.ListModelsAsync(cancellation);
            Alerts.Load(vault.Open(await store.ListAlertsAsync(openOnly: false, 200, cancellation)));
        }

        _changed = true;
    }

    private void Drain()
    {
        while (_predictions?.Reader.TryRead(out var prediction) == true) Apply(prediction.Payload);
        while (_judgements.Reader.TryRead(out var judgement)) Apply(judgement.Payload);
        if (_predictions is { } predictions && predictions.Dropped is var lost && lost != _lostPredictions)
            (Missed, _lostPredictions, _changed) = (Missed + lost - _lostPredictions, lost, true);
        if (_judgements.Dropped is var dropped && dropped != _lostJudgements)
            (_judgementsLost, _lostJudgements) = (true, dropped); // the store has them
    }

    private void Apply(object payload)
    {
        _changed = true;
        switch (payload)
        {
            case TextClassified prediction: Feed.Add(prediction); break;
            case TrendUpdated trend when trend.Series.Pipeline == Pipeline.Name
                && trend.Series.Head == Pipeline.Monitor.SentimentHead:
                Trends.Add(trend); break;
            case AlertRaised raised: Alerts.Add(raised); break;
            case AlertResolved resolved: Alerts.Add(resolved); break;
            case ModelTrained or ModelPromoted or ModelRolledBack: _modelsChanged = true; break;
        }
    }

    /// <summary>What is away now may be back at the next beat: it is said, and tried again.</summary>
    private async Task TryAsync(Func<Task> step)
    {
        IEnumerable<string> waiting = readiness.Parts.Where(static part => !part.Value.IsReady).Select(static part => $"{part.Key}: {part.Value.Detail}");
        try
        {
            await step();
            Say([.. waiting, .. health.All.Select(StatusReader.Note)]);
        }
        catch (Exception failure) when (failure is StateUnavailableException or LogUnavailableException)
        {
            Say([failure.Message, .. waiting, .. health.All.Where(one => !one.Reason.StartsWith(failure.Message, StringComparison.Ordinal))
                .Select(StatusReader.Note)]);
        }
    }

    private void Say(IReadOnlyList<string> problems)
    {
        if (problems.SequenceEqual(Problems)) return;
        Problems = problems;
        _changed = true;
    }
}
