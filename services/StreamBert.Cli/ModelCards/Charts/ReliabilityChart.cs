using StreamBert.Cli.Evaluation.Calibration;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;

namespace StreamBert.Cli.ModelCards.Charts;

/// <summary>Draws a reliability diagram: the accuracy of the answers of each range of confidence, beside the diagonal.</summary>
internal static class ReliabilityChart
{
    private const double BarMargin = 0.004;
    private const int LargestRadius = 5, SmallestRadius = 2;

    public static string Draw(CalibrationReport calibration)
    {
        var canvas = UnitPlot.CreateCanvas();
        var plot = new UnitPlot(canvas, 0);
        plot.DrawAxes("confidence");
        foreach (var bin in calibration.Calibrated.Bins)
            DrawBar(canvas, plot, bin);
        canvas.Line("expected", plot.X(0), UnitPlot.Y(0), plot.X(1), UnitPlot.Y(1));
        DrawUncalibrated(canvas, plot, calibration.Uncalibrated.Bins);
        return canvas.Finish();
    }

    private static void DrawBar(SvgCanvas canvas, UnitPlot plot, ReliabilityBin bin)
    {
        var (left, right, top) = (plot.X(bin.From + BarMargin), plot.X(bin.To - BarMargin), UnitPlot.Y(bin.Accuracy));
        canvas.Rectangle("bar", left, top, right - left, UnitPlot.Y(0) - top, title: Describe(bin));
    }

    private static void DrawUncalibrated(SvgCanvas canvas, UnitPlot plot, IReadOnlyList<ReliabilityBin> bins)
    {
        var largest = bins.Select(static bin => bin.Count).DefaultIfEmpty(1).Max();
        foreach (var bin in bins)
        {
            var radius = SmallestRadius + (LargestRadius - SmallestRadius) * Math.Sqrt((double)bin.Count / largest);
            canvas.Circle("dot", plot.X(bin.Confidence), UnitPlot.Y(bin.Accuracy), radius, "temperature 1: " + Describe(bin));
        }
    }

    private static string Describe(ReliabilityBin bin) => $"{Format.Count(bin.Count)} answers with confidence "
        + $"{Format.Number(bin.From, "F2")} to {Format.Number(bin.To, "F2")}: mean confidence "
        + $"{Format.Score(bin.Confidence)}, accuracy {Format.Score(bin.Accuracy)}";
}
