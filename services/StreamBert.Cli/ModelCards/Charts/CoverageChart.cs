using StreamBert.Cli.Evaluation.Calibration;
using StreamBert.Cli.Output.Html;

namespace StreamBert.Cli.ModelCards.Charts;

/// <summary>Draws what routes with different thresholds receive: the share of the texts and their accuracy with its interval.</summary>
internal static class CoverageChart
{
    private const double LowestThreshold = 0.5;
    private const int Radius = 3;

    public static string Draw(IReadOnlyList<CoveragePoint> curve)
    {
        var canvas = UnitPlot.CreateCanvas();
        var plot = new UnitPlot(canvas, LowestThreshold);
        plot.DrawAxes("confidence from");
        List<CoveragePoint> filled = [.. curve.Where(static point => point.Accuracy is not null)];
        canvas.Polygon("interval",
        [
            .. filled.Select(point => (plot.X(point.Threshold), UnitPlot.Y(point.Interval.High))),
            .. Enumerable.Reverse(filled).Select(point => (plot.X(point.Threshold), UnitPlot.Y(point.Interval.Low))),
        ]);
        canvas.Polyline("expected", curve.Select(point => (plot.X(point.Threshold), UnitPlot.Y(point.Coverage))));
        canvas.Polyline("value", filled.Select(point => (plot.X(point.Threshold), UnitPlot.Y(point.Accuracy!.Value))));
        foreach (var point in filled)
            canvas.Circle("point", plot.X(point.Threshold), UnitPlot.Y(point.Accuracy!.Value), Radius, CalibrationView.Describe(point));
        return canvas.Finish();
    }
}
