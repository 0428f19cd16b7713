using System.Text;
using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>
/// Lays out shares over time on a chart of 100 × 100 percent. Time is drawn to scale, except for sparse data, in which most windows have no
/// texts: those windows are spaced evenly, because nothing could be recognized at scale.
/// </summary>
internal sealed class TrendGeometry
{
    private readonly IReadOnlyList<TrendUpdated> _windows;
    private readonly DateTimeOffset _start;

    /// <param name="windows">The windows of one series, ordered by time; at least one.</param>
    public TrendGeometry(IReadOnlyList<TrendUpdated> windows)
    {
        _windows = windows;
        Labels = [.. LabelStyle.Sort(windows.SelectMany(static window => window.Labels)
            .GroupBy(static pair => pair.Key, static (label, pairs) => KeyValuePair.Create(label, pairs.Sum(static pair => pair.Value))))];
        _start = windows[0].Window.Start;
        Span = windows[^1].Window.End - _start;
        IsEvenlySpaced = Span > 3 * windows.Count * WindowSize;
        Points = [.. windows.Select(CreatePoint)];
        MaxShare = RoundUp(Points.SelectMany(static point => point.Shares.Values).Max(static share => share.Value));
    }

    public IReadOnlyList<string> Labels { get; }

    public IReadOnlyList<TrendPoint> Points { get; }

    /// <summary>The share at the upper edge: a multiple of a quarter.</summary>
    public double MaxShare { get; }

    /// <summary>Whether windows without texts are left out.</summary>
    public bool IsEvenlySpaced { get; }

    public TimeSpan WindowSize => _windows[0].Window.End - _windows[0].Window.Start;

    public TimeSpan Span { get; }

    public double Y(double share) => 100 - 100 * Math.Clamp(share / MaxShare, 0, 1);

    /// <summary>Draws the line of a label as an SVG path on 1000 × 100 units, with a gap where windows are missing.</summary>
    public string Line(string label) => DrawRuns(run => Polyline(run.Select(point => (point.X, Y(point.Shares[label].Value)))));

    /// <summary>Draws the area between the lower and the upper interval bounds of a label.</summary>
    public string Band(string label) => DrawRuns(run => Polyline(
        run.Select(point => (point.X, Y(point.Shares[label].Interval.High)))
            .Concat(run.Reverse().Select(point => (point.X, Y(point.Shares[label].Interval.Low))))) + "Z");

    /// <summary>Draws what the baseline expected of a label; empty without a baseline.</summary>
    public string ExpectedLine(string label) => DrawExpected(
        label, run => Polyline(run.Select(point => (point.X, Y(ExpectedOf(point.Window, label)!.Value)))));

    /// <summary>Draws the area in which the share of a label is without a change; empty without a baseline.</summary>
    public string ExpectedBand(string label) => DrawExpected(label, run => Polyline(
        run.Select(point => (point.X, Y(ExpectedOf(point.Window, label)!.Interval.High)))
            .Concat(run.Reverse().Select(point => (point.X, Y(ExpectedOf(point.Window, label)!.Interval.Low))))) + "Z");

    /// <summary>Returns what the baseline expected of a label in a window; null without a baseline.</summary>
    public static Expectation? ExpectedOf(TrendUpdated window, string label) =>
        window.Expected.FirstOrDefault(expected => expected.Label == label);

    /// <summary>Returns where an alert was firing, as left edge and width in percent; null outside of the chart.</summary>
    public (double Left, double Width)? GetAlertSpan(DateTimeOffset from, DateTimeOffset? to)
    {
        var inside = Points.Where(point => point.End > from && (to is null || point.Start < to)).ToList();
        return inside.Count == 0 ? null : (inside[0].Left, inside[^1].Left + inside[^1].Width - inside[0].Left);
    }

    /// <summary>Returns at most <paramref name="count"/> evenly spread points for the labels of the time axis.</summary>
    public IEnumerable<TrendPoint> Ticks(int count)
    {
        var step = Math.Max(1, (int)Math.Ceiling(Points.Count / (double)count));
        return Points.Where((_, index) => index % step == 0);
    }

    /// <summary>
    /// Returns the last share of each label with the height, in percent, of its name at the end of the line. Names keep
    /// <paramref name="gap"/> percent of distance, so that none covers another.
    /// </summary>
    public IReadOnlyList<(string Label, Share Share, double Y)> EndLabels(double gap)
    {
        var shares = Points[^1].Shares;
        var ends = Labels.Select(label => (Label: label, Share: shares[label], Y: Y(shares[label].Value)))
            .OrderBy(static end => end.Y).ToArray();
        for (var i = 1; i < ends.Length; i++)
            ends[i].Y = Math.Max(ends[i].Y, ends[i - 1].Y + gap);
        for (var i = ends.Length - 1; i >= 0; i--)
            ends[i].Y = Math.Min(ends[i].Y, 100 - gap * (ends.Length - 1 - i));
        return ends;
    }

    private TrendPoint CreatePoint(TrendUpdated window, int index)
    {
        double left = IsEvenlySpaced ? 100.0 * index / _windows.Count : 100 * ((window.Window.Start - _start) / Span);
        double width = IsEvenlySpaced ? 100.0 / _windows.Count : 100 * ((window.Window.End - window.Window.Start) / Span);
        return new(window, left + width / 2, left, width, Labels.ToDictionary(static label => label, label => Share.Of(window, label)));
    }

    private string DrawExpected(string label, Func<IReadOnlyList<TrendPoint>, string> draw) =>
        DrawRuns([.. Points.Where(point => ExpectedOf(point.Window, label) is not null)], draw);

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

    private static double RoundUp(double share) => Math.Clamp(Math.Ceiling(share * 1.08 * 4) / 4, 0.25, 1);
}
