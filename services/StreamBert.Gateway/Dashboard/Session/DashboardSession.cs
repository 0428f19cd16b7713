using StreamBert.Contracts;
using StreamBert.Gateway.Traffic;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>
/// The data of one browser tab: loaded from the state store, then updated from the live stream. All of it runs on the dispatcher of the
/// tab, so nothing is locked. <see cref="Changed"/> is raised at most once per <see cref="RefreshInterval"/>, however fast texts arrive.
/// </summary>
internal sealed class DashboardSession(
    StateQueries state,
    ChartData chart,
    LiveQueues queues,
    LedgerReader ledger,
    TrafficMeter meter,
    PipelineCatalog pipelines,
    ServiceProblems problems,
    TimeProvider time)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(400);
    private const int TicksPerLedgerRefresh = 3;
    private const int TicksPerReload = 25;
    private bool _hasChanged, _haveModelsChanged, _hasGap;

    /// <summary>Raised on the dispatcher when there is something new to render.</summary>
    public event Action? Changed;

    public IReadOnlyList<PipelineOptions> Pipelines => pipelines.All;

    public PipelineOptions Pipeline { get; private set; } = pipelines.All[0];

    public PredictionFeed Feed { get; } = new();

    /// <summary>What the charts show.</summary>
    public ChartData Chart => chart;

    public TrendHistory Trends => chart.Trends;

    public AlertFeed Alerts { get; } = new();

    public IReadOnlyList<ModelVersionView> Models { get; private set; } = [];

    /// <summary>The accuracy and the fairness rules of the selected pipeline.</summary>
    public ModelHealth Health { get; private set; } = ModelHealth.None;

    public LedgerView? Ledger { get; private set; }

    /// <summary>The event time of the selected pipeline; null before its first window.</summary>
    public EventTimeUpdated? EventTime { get; private set; }

    public TrafficView Traffic { get; private set; } = meter.Read();

    /// <summary>Predictions of the selected pipeline that arrived faster than this tab could take them.</summary>
    public long DroppedPredictions { get; private set; }

    /// <summary>When in = out + dead-lettered + in flight last held.</summary>
    public DateTimeOffset? LastBalancedAt { get; private set; }

    /// <summary>Whether the first load has completed: what is empty then has no data.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>What keeps the services from working normally, in sentences; empty while they do.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Feedback sent from this tab: the id of the text → the labels given.</summary>
    public Dictionary<string, string> SentFeedback { get; } = [];

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Loads the data, then updates it until cancelled. Must be called on the dispatcher.</summary>
    public async Task RunAsync(string? pipeline, CancellationToken cancellation)
    {
        await TryAsync(async () => await SelectAsync(pipeline ?? await state.FindActivePipelineAsync(cancellation), cancellation));
        using var timer = new PeriodicTimer(RefreshInterval, time);
        for (var tick = 0; await timer.WaitForNextTickAsync(cancellation); tick++)
        {
            ApplyLiveEvents();
            if (tick % TicksPerLedgerRefresh == 0)
                await TryAsync(() => RefreshAsync(tick % TicksPerReload == 0, cancellation));
            if (_hasChanged)
                NotifyChanged();
        }
    }

    /// <summary>Selects another pipeline. If its data cannot be read now, it is loaded as soon as it can be.</summary>
    public Task SelectPipelineAsync(string name) => TryAsync(() => SelectAsync(name, CancellationToken.None));

    /// <summary>Shows another label over time.</summary>
    public Task SelectChartAsync(ChartedLabel choice) => TryAsync(async () =>
    {
        await chart.SelectAsync(choice, CancellationToken.None);
        NotifyChanged();
    });

    /// <summary>Renders at once, after an action of the reader.</summary>
    public void NotifyChanged()
    {
        _hasChanged = false;
        Changed?.Invoke();
    }

    private async Task SelectAsync(string name, CancellationToken cancellation)
    {
        Pipeline = pipelines.Find(name) ?? pipelines.All[0];
        queues.Follow(Pipeline.Name);
        Feed.Clear();
        chart.Begin(Pipeline);
        (DroppedPredictions, Health, EventTime) = (0, ModelHealth.None, null);
        await LoadAsync(cancellation);
        NotifyChanged();
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        var selected = Pipeline;
        var recent = await state.GetPredictionsAsync(selected, cancellation);
        await LoadRulesAsync(selected, cancellation);
        if (!await LoadHistoryAsync(selected, cancellation))
            return;
        foreach (var prediction in recent.Reverse())
            Feed.Add(prediction);
        IsLoaded = true;
    }

    /// <returns>False if another pipeline was selected meanwhile.</returns>
    private async Task<bool> LoadHistoryAsync(PipelineOptions selected, CancellationToken cancellation)
    {
        await chart.LoadAsync(cancellation);
        Alerts.Load(await state.GetAlertsAsync(cancellation));
        Models = await state.GetModelsAsync(cancellation);
        await LoadHealthAsync(selected, cancellation);
        return selected == Pipeline;
    }

    /// <summary>Reads the event time, and the rules of its window.</summary>
    private async Task LoadRulesAsync(PipelineOptions selected, CancellationToken cancellation)
    {
        var eventTime = await state.GetEventTimeAsync(selected, cancellation);
        if (selected != Pipeline)
            return;
        EventTime = eventTime;
        await chart.ApplyRulesAsync(eventTime?.Watermark ?? Now, cancellation);
        Feed.GroupsStories = chart.Selection.Pipeline.Monitor.Rules.GroupStories;
    }

    private async Task LoadHealthAsync(PipelineOptions selected, CancellationToken cancellation)
    {
        var health = await state.GetHealthAsync(selected, cancellation);
        if (selected == Pipeline)
            Health = health;
    }

    private async Task RefreshAsync(bool reload, CancellationToken cancellation)
    {
        if (!IsLoaded)
            await SelectAsync(Pipeline.Name, cancellation);
        if (_hasGap)
        {
            _hasGap = false;
            await LoadHistoryAsync(Pipeline, cancellation);
        }

        Ledger = await ledger.ReadAsync(cancellation);
        EventTime = await state.GetEventTimeAsync(Pipeline, cancellation);
        Traffic = meter.Read();
        if (Ledger.Total.Balanced == true)
            LastBalancedAt = Ledger.At;
        if (reload || _haveModelsChanged)
        {
            _haveModelsChanged = false;
            Alerts.Load(await state.GetStoredAlertsAsync(cancellation));
            Models = await state.GetModelsAsync(cancellation);
            await LoadHealthAsync(Pipeline, cancellation);
            await LoadRulesAsync(Pipeline, cancellation);
        }

        _hasChanged = true;
    }

    private void ApplyLiveEvents()
    {
        foreach (var payload in queues.TakeAll())
        {
            _hasChanged = true;
            Apply(payload);
        }

        _hasChanged |= DroppedPredictions != queues.DroppedPredictions;
        DroppedPredictions = queues.DroppedPredictions;
        _hasGap |= queues.HasNewGap();
    }

    private void Apply(object payload)
    {
        switch (payload)
        {
            case TextClassified prediction:
                Feed.Add(prediction);
                break;
            case TrendUpdated trend:
                chart.Add(trend);
                break;
            case AlertRaised raised:
                Alerts.Add(raised);
                break;
            case AlertResolved resolved:
                Alerts.Add(resolved);
                break;
            case ModelTrained or ModelPromoted or ModelRolledBack or RolloutChanged or RolloutProgressed or PinChanged or TrainingReported:
                _haveModelsChanged = true;
                break;
        }
    }

    /// <summary>Reports a failure of the event log or the state store as a problem; the next tick tries again.</summary>
    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
            SetProblems(problems.List());
        }
        catch (Exception failure) when (failure is StateUnavailableException or LogUnavailableException)
        {
            SetProblems(problems.List(failure.Message));
        }
    }

    private void SetProblems(IReadOnlyList<string> current)
    {
        if (current.SequenceEqual(Problems))
            return;
        Problems = current;
        _hasChanged = true;
    }
}
