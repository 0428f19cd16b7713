using StreamBert.Contracts;
using StreamBert.Gateway.Rules;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>What the charts of one browser tab show, and the windows of its head. Runs on the dispatcher of the tab.</summary>
internal sealed class ChartData(StateQueries state, RulesInEffect rules, PipelineCatalog pipelines)
{
    private PipelineOptions _configured = pipelines.All[0];

    /// <summary>Whether another head was selected whose windows are not loaded yet.</summary>
    private bool _isOutdated;

    /// <summary>What can be shown, and what is.</summary>
    public ChartSelection Selection { get; private set; } = new(pipelines.All[0]);

    /// <summary>What is shown.</summary>
    public ChartedLabel Selected => Selection.Selected;

    /// <summary>The windows of the head that is shown.</summary>
    public TrendHistory Trends { get; } = new();

    /// <summary>Begins with another pipeline, without windows.</summary>
    public void Begin(PipelineOptions pipeline)
    {
        (_configured, Selection) = (pipeline, new(pipeline));
        Trends.Clear();
        _isOutdated = false;
    }

    /// <summary>Shows another label.</summary>
    public Task SelectAsync(ChartedLabel choice, CancellationToken cancellation) =>
        ChangeAsync(() => Selection.Select(choice), cancellation);

    /// <summary>Applies the rules of a window.</summary>
    /// <param name="at">The start of the window, in event time.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task ApplyRulesAsync(DateTimeOffset at, CancellationToken cancellation)
    {
        var configured = _configured;
        var inEffect = await rules.ReadAsync(configured, at, cancellation);
        if (configured == _configured)
            await ChangeAsync(() => Selection.Apply(inEffect), cancellation);
    }

    /// <summary>Loads the windows from the state store.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        var (pipeline, head) = (_configured, Selected.Head);
        var trends = await state.GetTrendsAsync(pipeline.Name, head, cancellation);
        if (pipeline != _configured || head != Selected.Head)
            return;
        foreach (var trend in trends.SelectMany(static series => series.Windows))
            Trends.Add(trend);
        if (trends.Next is not null)
            Trends.MarkPartial();
        _isOutdated = false;
    }

    /// <summary>Adds a window, if it belongs to the head that is shown.</summary>
    public void Add(TrendUpdated trend)
    {
        if (Selection.Includes(trend.Series))
            Trends.Add(trend);
    }

    private async Task ChangeAsync(Action change, CancellationToken cancellation)
    {
        var head = Selected.Head;
        change();
        if (Selected.Head != head)
        {
            Trends.Clear();
            _isOutdated = true;
        }
        if (_isOutdated)
            await LoadAsync(cancellation);
    }
}
