using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>The known alerts. Beyond <see cref="Capacity"/>, the oldest resolved alerts are evicted first.</summary>
internal sealed class AlertFeed
{
    private const int Capacity = 1_000;
    private const string Critical = "critical";
    private readonly Dictionary<string, AlertView> _alerts = [];

    /// <summary>Returns the firing alerts, critical ones first, then the latest first.</summary>
    public IReadOnlyList<AlertView> GetOpen(string? pipeline = null) =>
        [.. InPipeline(pipeline).Where(static alert => alert.IsOpen)
            .OrderByDescending(static alert => alert.Raised.Severity == Critical)
            .ThenByDescending(static alert => alert.Raised.RaisedAt)];

    /// <summary>Returns the resolved alerts, the latest first.</summary>
    public IReadOnlyList<AlertView> GetResolved(string? pipeline = null) =>
        [.. InPipeline(pipeline).Where(static alert => !alert.IsOpen).OrderByDescending(static alert => alert.Resolved!.ResolvedAt)];

    /// <summary>Returns the alerts that the chart of a segment marks, firing or resolved.</summary>
    public IReadOnlyList<AlertView> GetForChart(string pipeline, ChartedLabel charted, string segment) =>
        [.. InPipeline(pipeline).Where(alert => charted.IsMarkedBy(alert.Raised, segment))];

    /// <summary>Returns an alert by its id; null if the feed does not hold it.</summary>
    public AlertView? Find(string id) => _alerts.GetValueOrDefault(id);

    public void Load(IEnumerable<AlertView> alerts)
    {
        foreach (var alert in alerts)
            _alerts[alert.Raised.Id] = alert;
        Evict();
    }

    /// <summary>Adds an alert, or updates it.</summary>
    public void Add(AlertRaised raised)
    {
        var known = _alerts.GetValueOrDefault(raised.Id);
        if (known is null || raised.UpdatedAt > (known.Raised.UpdatedAt ?? known.Raised.RaisedAt))
            _alerts[raised.Id] = new(raised, known?.Resolved);
        Evict();
    }

    public void Add(AlertResolved resolved)
    {
        if (_alerts.TryGetValue(resolved.Id, out var alert))
            _alerts[resolved.Id] = alert with { Resolved = resolved };
    }

    private void Evict()
    {
        if (_alerts.Count <= Capacity)
            return;
        var oldest = _alerts.Values.OrderBy(static alert => alert.IsOpen).ThenBy(static alert => alert.Raised.RaisedAt)
            .Take(_alerts.Count - Capacity).ToList();
        foreach (var alert in oldest)
            _alerts.Remove(alert.Raised.Id);
    }

    private IEnumerable<AlertView> InPipeline(string? pipeline) =>
        _alerts.Values.Where(alert => pipeline is null || alert.Raised.Series.Pipeline == pipeline);
}
