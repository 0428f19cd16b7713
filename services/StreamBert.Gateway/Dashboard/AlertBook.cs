using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Dashboard;

/// <summary>The known alerts, open and resolved, the latest <see cref="Capacity"/>: resolved ones make room first.</summary>
internal sealed class AlertBook
{
    private const int Capacity = 1_000;
    private readonly Dictionary<string, AlertView> _alerts = [];

    /// <summary>Critical ones first, then the latest.</summary>
    public IReadOnlyList<AlertView> Open(string? pipeline = null) => [.. Of(pipeline).Where(static alert => alert.IsOpen)
        .OrderByDescending(static alert => alert.Raised.Severity == "critical").ThenByDescending(static alert => alert.Raised.RaisedAt)];

    public IReadOnlyList<AlertView> Resolved(string? pipeline = null) => [.. Of(pipeline).Where(static alert => !alert.IsOpen)
        .OrderByDescending(static alert => alert.Resolved!.ResolvedAt)];

    /// <summary>Those that were ever open on a series, for marking its chart.</summary>
    public IReadOnlyList<AlertView> On(string pipeline, string head, string segment) => [.. Of(pipeline)
        .Where(alert => alert.Raised.Series.Head == head && alert.Raised.Series.Segment == segment)];

    public void Load(IEnumerable<AlertView> alerts)
    {
        foreach (var alert in alerts) _alerts[alert.Raised.Id] = alert;
        MakeRoom();
    }

    public void Add(AlertRaised raised)
    {
        _alerts.TryAdd(raised.Id, new(raised, null));
        MakeRoom();
    }

    public void Add(AlertResolved resolved)
    {
        if (_alerts.TryGetValue(resolved.Id, out var alert)) _alerts[resolved.Id] = alert with { Resolved = resolved };
    }

    private void MakeRoom()
    {
        if (_alerts.Count <= Capacity) return;
        foreach (var old in _alerts.Values.OrderBy(static alert => alert.IsOpen).ThenBy(static alert => alert.Raised.RaisedAt)
            .Take(_alerts.Count - Capacity)
            .ToList())
        {
            _alerts.Remove(old.Raised.Id);
        }
    }

    private IEnumerable<AlertView> Of(string? pipeline)
        => _alerts.Values.Where(alert => pipeline is null || alert.Raised.Series.Pipeline == pipeline);
}
