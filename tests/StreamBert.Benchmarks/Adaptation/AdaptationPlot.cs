using System.Globalization;
using StreamBert.Cli.Output.Html;

namespace StreamBert.Benchmarks.Adaptation;

/// <summary>Draws the accuracy of the serving version on the new domain and on the old ones as SVG.</summary>
internal static class AdaptationPlot
{
    private const int Width = 760, Height = 300, Left = 56, Right = 16, Top = 34, Bottom = 44, LegendWidth = 170;
    private const double GridStep = 0.1;
    private const string Style = "text{font:13px sans-serif;fill:#57606a}.grid{stroke:#8c959f;stroke-opacity:.35}"
        + "polyline{fill:none;stroke-width:2}.curve0{stroke:#0969da;stroke-width:3}.curve1{stroke:#bc4c00;stroke-dasharray:6 4}"
        + ".curve2{stroke:#1a7f37;stroke-dasharray:2 3}.curve3{stroke:#8250df;stroke-dasharray:10 3}"
        + "circle.curve0{fill:#0969da}circle.curve1{fill:#bc4c00}circle.curve2{fill:#1a7f37}circle.curve3{fill:#8250df}";

    public static string Draw(IReadOnlyList<AdaptationStep> steps)
    {
        var values = steps.SelectMany(Reports).Select(static report => report.Report.Accuracy).ToList();
        var (low, high) = (Math.Floor(values.Min() / GridStep) * GridStep, Math.Ceiling(values.Max() / GridStep) * GridStep);
        var last = Math.Max(1, steps[^1].Texts);
        double X(AdaptationStep step) => Left + (double)step.Texts / last * (Width - Left - Right);
        double Y(double value) => Height - Bottom - (value - low) / (high - low) * (Height - Top - Bottom);
        var svg = new SvgCanvas(Width, Height, isFixed: true);
        for (var value = low; value <= high + GridStep / 2; value += GridStep)
        {
            svg.Line("grid", Left, Y(value), Width - Right, Y(value));
            svg.Text(Left - 8, Y(value) + 4, value.ToString("0.0", CultureInfo.InvariantCulture), "end");
        }
        foreach (var step in steps)
        {
            svg.Text(
                X(step), Height - Bottom + 20, step.Texts.ToString("#,0", CultureInfo.InvariantCulture),
                step == steps[^1] ? "end" : "middle");
        }
        svg.Text((Left + Width - Right) / 2.0, Height - 6, "texts streamed, of which people labelled one in twenty", "middle");
        foreach (var (index, report) in Reports(steps[0]).Index())
            DrawCurve(svg, index, report.Domain, [.. steps.Select(step => (step, X(step), Y(AccuracyOf(step, index))))]);
        return svg.Finish()
            .Replace(
                "<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" aria-label=\"Accuracy of the serving version\" ",
                StringComparison.Ordinal)
            .Replace("px\">", $"px\"><style>{Style}</style>", StringComparison.Ordinal);
    }

    private static void DrawCurve(SvgCanvas svg, int index, string domain, IReadOnlyList<(AdaptationStep Step, double X, double Y)> points)
    {
        var style = $"curve{index}";
        svg.Polyline(style, points.Select(static point => (point.X, point.Y)));
        foreach (var (step, x, y) in points)
            svg.Circle(style, x, y, 4, string.Create(CultureInfo.InvariantCulture, $"{step.Version}: {AccuracyOf(step, index):0.000}"));
        var legend = Left + index * LegendWidth;
        svg.Circle(style, legend + 6, 14, 5);
        svg.Text(legend + 18, 18, index == 0 ? $"{domain} (new domain)" : domain, "start");
    }

    private static IEnumerable<DomainReport> Reports(AdaptationStep step) => [step.New, .. step.Old];

    private static double AccuracyOf(AdaptationStep step, int index) => Reports(step).ElementAt(index).Report.Accuracy;
}
