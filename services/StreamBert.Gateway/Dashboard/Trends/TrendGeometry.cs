using System.Text;
using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>
/// Lays out the shares or the counts of labels over time on a chart of 100 × 100 percent. Time is drawn to scale, except for sparse data,
/// in which most windows have no texts: those windows are spaced evenly, because nothing could be recognized at scale.
/// </summary>
internal sealed class TrendGeometry
{
    private readonly IReadOnlyList<TrendUpdated> _windows;
    private readonly ChartedLabel _charted;
    private readonly DateTimeOffset _start;
    private readonly IReadOnlyDictionary<string, string> _classes;

    /// <param name="windows">The windows of one series, ordered by time; at least one.</param>
    /// <param name="charted">What is drawn.</param>
    public TrendGeometry(IReadOnlyList<TrendUpdated> windows, ChartedLabel charted)
    {
        (_windows, _charted) = (windows, charted);
        (Labels, var total) = DrawnLabels.Of(windows, charted);
        HiddenLabels = total - Labels.Count;
        _classes = LabelStyle.Classes(Labels.OrderByDescending(label => label == charted.Label));
        _start = windows[0].Window.Start;
        Span = windows[^1].Window.End - _start;
        IsEvenlySpaced = Span > 3 * windows.Count * WindowSize;
        Points = [.. windows.Select(CreatePoint)];
        Axis = ChartAxis.Of(
            Points.SelectMany(static point => point.Values.Values).Select(static value => value.Value)
                .Concat(windows.Select(ExpectedOf).OfType<Expectation>().Select(static expected => expected.Value)).DefaultIfEmpty().Max(),
            charted.Measure);
    }

    /// <summary>The labels that are drawn.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The number of labels that are not drawn: too many, or of another order of size.</summary>
    public int HiddenLabels { get; }

    public IReadOnlyList<TrendPoint> Points { get; }

    public ChartAxis Axis { get; }

    /// <summary>Whether windows without texts are left out.</summary>
    public bool IsEvenlySpaced { get; }

    public TimeSpan WindowSize => _windows[0].Window.End - _windows[0].Window.Start;

    public TimeSpan Span { get; }

    public double Y(double value) => 100 - 100 * Math.Clamp(value / Axis.Top, 0, 1);

    /// <summary>Returns the CSS class of a drawn label.</summary>
    public string ClassOf(string label) => _classes.GetValueOrDefault(label) ?? LabelStyle.Class(label);

    /// <summary>Draws the line of a label as an SVG path on 1000 × 100 units, with a gap where windows are missing.</summary>
    public string Line(string label) => DrawRuns(run => Polyline(run.Select(point => (point.X, Y(point.Values[label].Value)))));

    /// <summary>Draws the area between the interval bounds of the shares of a label; empty for counts.</summary>
    public string Band(string label) => !_charted.IsShare ? "" : DrawRuns(run => Polyline(
        run.Select(point => (point.X, Y(point.Values[label].Interval!.High)))
            .Concat(run.Reverse().Select(point => (point.X, Y(point.Values[label].Interval!.Low))))) + "Z");

    /// <summary>Draws what the baseline expected of the watched label; empty without a baseline.</summary>
    public string ExpectedLine() => DrawExpected(run => Polyline(run.Select(point => (point.X, Y(ExpectedOf(point.Window)!.Value)))));

    /// <summary>Draws the area in which the watched label is without a change; empty without a baseline.</summary>
    public string ExpectedBand() => DrawExpected(run => Polyline(
        run.Select(point => (point.X, Y(ExpectedOf(point.Window)!.Interval.High)))
            .Concat(run.Reverse().Select(point => (point.X, Y(ExpectedOf(point.Window)!.Interval.Low))))) + "Z");

    /// <summary>Returns what the baseline expected of the watched label in a window; null without a baseline.</summary>
    public Expectation? ExpectedOf(TrendUpdated window) => _charted.ExpectedOf(window);

    /// <summary>Returns where an alert was firing, as left edge and width in percent; null outside of the chart.</summary>
    public (double Left, double Width)? GetAlertSpan(DateTimeOffset from, DateTimeOffset? to)
    {
        var inside = Points.Where(point => point.End > from && (to is null || point.Start < to)).ToList();
        return inside.Count == 0 ? null : (inside[0].Left, inside[^1].Left + inside[^1].Width - inside[0].Left);
    }

    /// <summary>Returns the span of the points between two positions, in fractions of the width.</summary>
    public TimeWindow GetSpan(double left, double right) => new(PointAt(left).Start, PointAt(right).End);

    /// <summary>Returns at most <paramref name="count"/> evenly spread points for the labels of the time axis.</summary>
    public IEnumerable<TrendPoint> Ticks(int count)
    {
        var step = Math.Max(1, (int)Math.Ceiling(Points.Count / (double)count));
        return Points.Where((_, index) => index % step == 0);
    }

    /// <summary>
    /// Returns the last value of each label with the height, in percent, of its name at the end of the line. Names keep
    /// <paramref name="gap"/> percent of distance, so that none covers another.
    /// </summary>
    public IReadOnlyList<(string Label, LabelValue Value, double Y)> EndLabels(double gap)
    {
        var values = Points[^1].Values;
        var ends = Labels.Select(label => (Label: label, Value: values[label], Y: Y(values[label].Value)))
            .OrderBy(static end => end.Y).ToArray();
        for (var i = 1; i < ends.Length; i++)
            ends[i].Y = Math.Max(ends[i].Y, ends[i - 1].Y + gap);
        for (var i = ends.Length - 1; i >= 0; i--)
            ends[i].Y = Math.Min(ends[i].Y, 100 - gap * (ends.Length - 1 - i));
        return ends;
    }

    /// <summary>Returns the point at a position, or the one before the gap that is there.</summary>
    private TrendPoint PointAt(double position) => Points.LastOrDefault(point => point.Left <= 100 * position) ?? Points[0];

    private TrendPoint CreatePoint(TrendUpdated window, int index)
    {
        double left = IsEvenlySpaced ? 100.0 * index / _windows.Count : 100 * ((window.Window.Start - _start) / Span);
        double width = IsEvenlySpaced ? 100.0 / _windows.Count : 100 * ((window.Window.End - window.Window.Start) / Span);
        var values = Labels.ToDictionary(static label => label, label => LabelValue.Of(window, label, _charted.Measure));
        return new(window, left + width / 2, left, width, values);
    }

    private string DrawExpected(Func<IReadOnlyList<TrendPoint>, string> draw) =>
        DrawRuns([.. Points.Where(point => ExpectedOf(point.Window) is not null)], draw);

    private string DrawRuns(Func<IReadOnlyList<TrendPoint>, string> draw) => DrawRuns(Points, draw);

    private string DrawRuns(IReadOnlyList<TrendPoint> points, Func<IReadOnlyList<TrendPoint>, string> draw)
    {
        if (points.Count == 0)
            return "";
        var path = new StringBuilder();
        var run = new List<TrendPoint>();
        foreach (var point in points)
        {
            if (run.Count > 0 && !IsEvenlySpaced && point.Start - run[^1].End > WindowSize / 2)
            {
                path.Append(draw(run));
                run.Clear();
            }

            run.Add(point);
        }

        return path.Append(draw(run)).ToString();
    }

    private static string Polyline(IEnumerable<(double X, double Y)> points) =>
        "M" + string.Join('L', points.Select(static point => $"{DisplayText.Css(10 * point.X)} {DisplayText.Css(point.Y)}"));
}
