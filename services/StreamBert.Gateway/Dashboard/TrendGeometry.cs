using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard;

/// <summary>A window on the plot: its place in percent of the width, and the share of each label.</summary>
internal sealed record TrendPoint(TrendUpdated Window, double X, double Left, double Width, IReadOnlyDictionary<string, Share> Shares);

/// <summary>
/// Lays shares over time onto a plot of 100 × 100 percent. Time runs to scale; only where most windows are empty (old,
/// sparse data) the windows stand side by side, since to scale nothing could be seen.
/// </summary>
internal sealed class TrendGeometry
{
    private readonly IReadOnlyList<TrendUpdated> _windows;
    private readonly DateTimeOffset _start;
    private readonly TimeSpan _span;

    /// <param name="windows">One series' windows in the order of time; at least one.</param>
    public TrendGeometry(IReadOnlyList<TrendUpdated> windows)
    {
        this._windows = windows;
        Labels = [.. Tones.InOrder(windows.SelectMany(static window => window.Labels)
            .GroupBy(static pair => pair.Key, static (label, pairs) => KeyValuePair.Create(label, pairs.Sum(static pair => pair.Value))))];
        _start = windows[0].Window.Start;
        _span = windows[^1].Window.End - _start;
        SideBySide = _span > 3 * windows.Count * Length;
        Points = [.. windows.Select(Place)];
        Top = Scale(Points.SelectMany(static point => point.Shares.Values).Max(static share => share.Value));
    }

    public IReadOnlyList<string> Labels { get; }
    public IReadOnlyList<TrendPoint> Points { get; }

    /// <summary>The share at the upper edge: a multiple of a quarter.</summary>
    public double Top { get; }

    /// <summary>True where windows without texts are left out.</summary>
    public bool SideBySide { get; }

    public TimeSpan Length => _windows[0].Window.End - _windows[0].Window.Start;
    public TimeSpan Span => _span;

    public double Y(double share) => 100 - 100 * Math.Clamp(share / Top, 0, 1);

    /// <summary>The line of a label, in units of a viewBox of 1000 × 100; broken where windows are missing.</summary>
    public string Line(string label) => Paths(run => Polyline(run.Select(point => (point.X, Y(point.Shares[label].Value)))));

    /// <summary>The area between the lower and the upper bounds of a label.</summary>
    public string Band(string label) => Paths(run => Polyline(
        run.Select(point => (point.X, Y(point.Shares[label].Interval.High)))
            .Concat(run.Reverse().Select(point => (point.X, Y(point.Shares[label].Interval.Low))))) + "Z");

    /// <summary>Where an alert was open, as left edge and width in percent; null if that is outside of what is shown.</summary>
    public (double Left, double Width)? SpanOf(DateTimeOffset from, DateTimeOffset? to)
    {
        var inside = Points.Where(point => point.Window.Window.End > from && (to is null || point.Window.Window.Start < to)).ToList();
        return inside.Count == 0 ? null : (inside[0].Left, inside[^1].Left + inside[^1].Width - inside[0].Left);
    }

    /// <summary>At most <paramref name="count"/> points, evenly spread, to write times under.</summary>
    public IEnumerable<TrendPoint> Ticks(int count)
    {
        var step = Math.Max(1, (int)Math.Ceiling(Points.Count / (double)count));
        return Points.Where((_, index) => index % step == 0);
    }

    /// <summary>
    /// The last value of each label with a height (in percent) at which its name can be written without covering another.
    /// </summary>
    public IReadOnlyList<(string Label, Share Share, double Y)> Ends(double gap)
    {
        var ends = Labels.Select(label => (Label: label, Share: Points[^1].Shares[label], Y: Y(Points[^1].Shares[label].Value)))
            .OrderBy(static end => end.Y).ToArray();
        for (var i = 1; i < ends.Length; i++)
            ends[i].Y = Math.Max(ends[i].Y, ends[i - 1].Y + gap);
        for (var i = ends.Length - 1; i >= 0; i--)
            ends[i].Y = Math.Min(ends[i].Y, 100 - gap * (ends.Length - 1 - i));
        return ends;
    }

    private TrendPoint Place(TrendUpdated window, int index)
    {
        double left = SideBySide ? 100.0 * index / _windows.Count : 100 * ((window.Window.Start - _start) / _span);
        double width = SideBySide ? 100.0 / _windows.Count : 100 * ((window.Window.End - window.Window.Start) / _span);
        return new(window, left + width / 2, left, width, Labels.ToDictionary(static label => label, label => Share.Of(window, label)));
    }

    private string Paths(Func<IReadOnlyList<TrendPoint>, string> draw)
    {
        var path = new StringBuilder();
        var run = new List<TrendPoint>();
        foreach (var point in Points)
        {
            if (run.Count > 0 && !SideBySide && point.Window.Window.Start - run[^1].Window.Window.End > Length / 2)
            {
                path.Append(draw(run));
                run.Clear();
            }

            run.Add(point);
        }

        return path.Append(draw(run)).ToString();
    }

    private static string Polyline(IEnumerable<(double X, double Y)> points) =>
        "M" + string.Join('L', points.Select(static point => $"{Words.Css(10 * point.X)} {Words.Css(point.Y)}"));

    private static double Scale(double highest) => Math.Clamp(Math.Ceiling(highest * 1.08 * 4) / 4, 0.25, 1);
}
