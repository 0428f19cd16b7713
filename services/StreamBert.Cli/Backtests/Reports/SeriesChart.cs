using StreamBert.Cli.Backtests.Charts;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>Draws the history of a series as SVG: values, baseline, interval, labelled windows and alerts.</summary>
internal sealed class SeriesChart
{
    /// <summary>The number of columns into which a longer history is summarized; each shows its mean, lowest and highest value.</summary>
    public const int MaxPoints = 900;

    private const int MarkerRadius = 8, EdgeHeight = 3;

    private readonly SvgCanvas _svg = new(ChartScale.Width, ChartScale.Height);
    private readonly IReadOnlyList<SeriesPoint> _points;
    private readonly ChartScale _scale;
    private readonly TimeSpan _gap;

    /// <param name="points">The points in the order of their times.</param>
    /// <param name="scale">The axes.</param>
    /// <param name="window">The length of a window, or the usual time between two rows.</param>
    public SeriesChart(IReadOnlyList<SeriesPoint> points, ChartScale scale, TimeSpan window)
    {
        (_points, _scale) = (points, scale);
        _gap = TimeSpan.FromTicks(Math.Max(window.Ticks * 3, (scale.Time.End - scale.Time.Start).Ticks / MaxPoints * 3));
    }

    /// <summary>Draws the chart.</summary>
    /// <param name="labels">The labelled windows.</param>
    /// <param name="alerts">The alerts, numbered in this order from the given number on.</param>
    /// <param name="first">The number of the first alert.</param>
    public string Draw(IEnumerable<LabelledWindow> labels, IReadOnlyList<ChartMark> alerts, int first)
    {
        foreach (var label in labels)
            DrawLabel(label);
        DrawAxes();
        DrawValues(Summarize());
        foreach (var (index, alert) in alerts.Index())
            DrawAlert(alert, first + index);
        return _svg.Finish();
    }

    private void DrawLabel(LabelledWindow label)
    {
        var (left, right) = (_scale.X(label.Start), _scale.X(label.End));
        const int Bottom = ChartScale.Height - ChartScale.Bottom;
        var width = Math.Max(1, right - left);
        _svg.Rectangle("labelled", left, ChartScale.Top, width, Bottom - ChartScale.Top, title:
            $"Labelled: {Format.Time(label.Start)} to {Format.Time(label.End)} {label.Kind}");
        _svg.Rectangle("labelled-edge", left, Bottom, width, EdgeHeight);
    }

    private void DrawAxes()
    {
        foreach (var (value, text) in _scale.Values())
        {
            var y = _scale.Y(value);
            _svg.Line("grid", ChartScale.Left, y, ChartScale.Width - ChartScale.Right, y);
            _svg.Text(ChartScale.Left - 8, y + 4, text, "end");
        }
        foreach (var (time, text) in _scale.Times())
            _svg.Text(_scale.X(time), ChartScale.Height - 7, text, "middle");
    }

    private void DrawValues(List<Column> columns)
    {
        foreach (var run in Runs(columns.FindAll(static column => column.Expected is not null)))
        {
            DrawArea("interval", run, static column => column.BandLow, static column => column.BandHigh);
            DrawLine("expected", run, static column => column.Expected.GetValueOrDefault());
        }
        foreach (var run in Runs(columns))
        {
            if (columns.Count < _points.Count)
                DrawArea("range", run, static column => column.Low, static column => column.High);
            DrawLine("value", run, static column => column.Value);
        }
    }

    /// <summary>Splits columns where windows are missing, so that no line leads over a gap.</summary>
    private IEnumerable<List<Column>> Runs(List<Column> columns)
    {
        var run = new List<Column>();
        foreach (var column in columns)
        {
            if (run.Count > 0 && column.Start - run[^1].Start > _gap)
            {
                yield return run;
                run = [];
            }
            run.Add(column);
        }
        if (run.Count > 0)
            yield return run;
    }

    private void DrawLine(string style, List<Column> run, Func<Column, double> value) => _svg.Polyline(style, Points(run, value));

    private void DrawArea(string style, List<Column> run, Func<Column, double> low, Func<Column, double> high) =>
        _svg.Polygon(style, [.. Points(run, high), .. Points(Enumerable.Reverse(run), low)]);

    private IEnumerable<(double X, double Y)> Points(IEnumerable<Column> run, Func<Column, double> value) =>
        run.Select(column => (_scale.X(column.Start), _scale.Y(value(column))));

    private void DrawAlert(ChartMark alert, int number)
    {
        var x = _scale.X(alert.At);
        const int Center = MarkerRadius + 2;
        _svg.OpenGroup($"alert {alert.Style}", $"{number}. {Format.Time(alert.At)}: {alert.Title}");
        _svg.Line("", x, Center, x, ChartScale.Height - ChartScale.Bottom);
        _svg.Circle("", x, Center, MarkerRadius);
        _svg.Text(x, Center + 4, $"{number}", "middle");
        _svg.CloseGroup();
    }

    private List<Column> Summarize()
    {
        var size = (_points.Count + MaxPoints - 1) / MaxPoints;
        return [.. _points.Chunk(Math.Max(1, size)).Select(static chunk => Column.Of(chunk))];
    }

    /// <summary>One column of a chart: a window, or several of a long history.</summary>
    private readonly record struct Column(
        DateTimeOffset Start, double Value, double Low, double High, double? Expected, double BandLow, double BandHigh)
    {
        public static Column Of(SeriesPoint[] points)
        {
            var expected = Array.FindAll(points, static point => point.Expected is not null);
            return new(
                points[0].Start, points.Average(static point => point.Value), points.Min(static point => point.Value),
                points.Max(static point => point.Value), expected.Length > 0 ? expected.Average(static point => point.Expected) : null,
                expected.Length > 0 ? expected.Average(static point => point.Low) : 0,
                expected.Length > 0 ? expected.Average(static point => point.High) : 0);
        }
    }
}
