using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;

namespace StreamBert.Cli.ModelCards.Charts;

/// <summary>
/// Draws a confusion matrix as cells of colour: a row for each true label, a column for each predicted one. The colour shows the share of
/// the row, errors in another colour than correct answers, so that few errors of one kind are visible among 77 labels.
/// </summary>
internal sealed class ConfusionChart
{
    private const int LargestCell = 44, SmallestCell = 10, Size = 780, MinCellWithNumber = 26, MaxNameLength = 34;
    private const double CharacterWidth = 6.1, ColumnAngle = -60, Gap = 6, LowestOpacity = 0.12;

    private readonly ConfusionMatrix _matrix;
    private readonly SvgCanvas _canvas;
    private readonly double _cell, _margin, _top;

    private ConfusionChart(ConfusionMatrix matrix)
    {
        _matrix = matrix;
        _cell = Math.Clamp((double)Size / matrix.Labels.Count, SmallestCell, LargestCell);
        var longest = matrix.Labels.Max(static label => Shorten(label).Length) * CharacterWidth;
        _margin = longest + 2 * Gap;
        _top = longest * Math.Sin(-ColumnAngle * Math.PI / 180) + 3 * Gap;
        var size = _cell * matrix.Labels.Count;
        _canvas = new(_margin + size + longest / 2, _top + size + Gap, isFixed: true);
    }

    public static string Draw(ConfusionMatrix matrix) => new ConfusionChart(matrix).Draw();

    private string Draw()
    {
        var size = _cell * _matrix.Labels.Count;
        foreach (var (index, label) in _matrix.Labels.Index())
        {
            var center = (index + 0.5) * _cell;
            _canvas.Text(_margin - Gap, _top + center + 3.5, Shorten(label), "end", style: "small");
            _canvas.Text(_margin + center + 3.5, _top - Gap, Shorten(label), "start", ColumnAngle, "small");
            _canvas.Line("grid", _margin, _top + index * _cell, _margin + size, _top + index * _cell);
            DrawRow(index);
        }
        _canvas.Line("grid", _margin, _top + size, _margin + size, _top + size);
        return _canvas.Finish();
    }

    private void DrawRow(int actual)
    {
        var total = Math.Max(1, _matrix.Counts[actual].Sum());
        foreach (var (predicted, count) in _matrix.Counts[actual].Index())
        {
            if (count == 0)
                continue;
            var (x, y) = (_margin + predicted * _cell, _top + actual * _cell);
            var share = (double)count / total;
            _canvas.Rectangle(
                actual == predicted ? "hit" : "miss", x + 0.5, y + 0.5, _cell - 1, _cell - 1, Math.Max(LowestOpacity, Math.Sqrt(share)),
                $"{_matrix.Labels[actual]} answered {_matrix.Labels[predicted]}: {Format.Count(count)} of {Format.Count(total)}");
            if (_cell >= MinCellWithNumber)
                _canvas.Text(x + _cell / 2, y + _cell / 2 + 4, Format.Count(count), "middle", style: "count");
        }
    }

    private static string Shorten(string label) => label.Length > MaxNameLength ? label[..(MaxNameLength - 1)] + "…" : label;
}
