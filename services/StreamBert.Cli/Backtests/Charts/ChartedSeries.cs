using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.Charts;

/// <summary>The values of a series in one window.</summary>
/// <param name="Start">The beginning of the window.</param>
/// <param name="Value">The share of the label, or the number of texts.</param>
/// <param name="Expected">What the baseline expected; null without one.</param>
/// <param name="Low">The lower end of the interval of normal windows.</param>
/// <param name="High">The upper end of it.</param>
internal readonly record struct SeriesPoint(DateTimeOffset Start, double Value, double? Expected, double Low, double High);

/// <summary>The values of a series by window: the share of a label, or the number of texts.</summary>
/// <param name="Series">The series.</param>
/// <param name="Label">The label; null for the number of texts.</param>
internal sealed record ChartedSeries(SeriesKey Series, string? Label)
{
    private readonly List<SeriesPoint> _points = [];

    /// <summary>The points in order of time.</summary>
    public IReadOnlyList<SeriesPoint> Points => _points;

    /// <summary>Adds a window, or replaces it by its revision.</summary>
    public void Add(SeriesPoint point)
    {
        var at = _points.Count;
        while (at > 0 && _points[at - 1].Start >= point.Start)
            at--;
        if (at < _points.Count && _points[at].Start == point.Start)
            _points[at] = point;
        else
            _points.Insert(at, point);
    }
}
