using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Gateway.Dashboard.Training;

/// <summary>Places the losses of a run on a chart of 1000 × 100 units that begins at 0.</summary>
internal sealed class LossGeometry
{
    private const double Width = 1000, Height = 100, Headroom = 1.08;
    private const int Lines = 4;
    private readonly RunCurve _curve;
    private readonly double _top;

    public LossGeometry(RunCurve curve)
    {
        _curve = curve;
        _top = Headroom * curve.Training.Concat(curve.Validation).Select(static point => point.Loss).DefaultIfEmpty(1).Max();
    }

    /// <summary>The values of the grid lines.</summary>
    public IEnumerable<double> GridLines => Enumerable.Range(0, Lines + 1).Select(line => _top * line / Lines);

    /// <summary>The line of the training loss as an SVG path.</summary>
    public string TrainingPath => Path(_curve.Training);

    /// <summary>The line of the validation loss as an SVG path.</summary>
    public string ValidationPath => Path(_curve.Validation);

    /// <summary>The distance of a step from the left in percent.</summary>
    public double X(int step) => 100.0 * step / Math.Max(1, _curve.Steps);

    /// <summary>The distance of a loss from the upper edge in percent.</summary>
    public double Y(double loss) => 100 * (1 - loss / _top);

    private string Path(IReadOnlyList<CurvePoint> points) => points.Count == 0 ? "" : "M" + string.Join('L', points.Select(point =>
        $"{DisplayText.Css(Width / 100 * X(point.Step))} {DisplayText.Css(Height / 100 * Y(point.Loss))}"));
}
