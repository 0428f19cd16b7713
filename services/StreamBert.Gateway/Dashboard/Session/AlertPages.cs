using StreamBert.Gateway.Alerts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>
/// The list of resolved alerts of one browser tab: pages that were read back to a position, and above it what the live feed adds. Without
/// an older page the list ends at the first alert of the log.
/// </summary>
internal sealed class AlertPages(AlertReader reader)
{
    private const int PageSize = 50;
    private readonly Dictionary<string, AlertView> _read = [];
    private AlertFilter _filter = AlertFilter.All;
    private StateCursor? _next;
    private bool _isAtEnd;

    /// <summary>Whether there may be older alerts.</summary>
    public bool HasMore => !_isAtEnd;

    /// <summary>Begins the list again, with its first page.</summary>
    public Task BeginAsync(AlertFilter filter, CancellationToken cancellation)
    {
        (_filter, _next, _isAtEnd) = (filter, null, false);
        _read.Clear();
        return ReadAsync(cancellation);
    }

    /// <summary>Reads the next page.</summary>
    public Task ReadMoreAsync(CancellationToken cancellation) => _isAtEnd ? Task.CompletedTask : ReadAsync(cancellation);

    /// <summary>Lists the resolved alerts that were read, with those of the feed that are not older, the latest first.</summary>
    public IReadOnlyList<AlertView> List(IEnumerable<AlertView> feed)
    {
        var all = new Dictionary<string, AlertView>(_read);
        foreach (var alert in feed.Where(alert => _filter.Matches(alert.Raised) && !IsBeyond(alert)))
            all[alert.Raised.Id] = alert;
        return [.. all.Values.Where(static alert => !alert.IsOpen).OrderByDescending(PlaceOf, StateCursor.Order)];
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var filter = _filter;
        var page = await reader.ReadAsync(filter, PageSize, _next, cancellation);
        if (filter != _filter)
            return;
        foreach (var alert in page)
            _read[alert.Raised.Id] = alert;
        (_next, _isAtEnd) = (page.Next, page.Next is null);
    }

    /// <summary>Whether an alert belongs to a page that was not read yet.</summary>
    private bool IsBeyond(AlertView alert) => _next is not null && StateCursor.Order.Compare(PlaceOf(alert), _next) < 0;

    private static StateCursor PlaceOf(AlertView alert) => StateCursor.Of(alert.Raised.RaisedAt, alert.Raised.Id);
}
