using System.Globalization;
using StreamBert.Cli.Output.Html;

namespace StreamBert.Benchmarks.Adaptation;

/// <summary>Draws the accuracy of the serving version on both domains as SVG.</summary>
internal static class AdaptationPlot
{
    private const int Width = 760, Height = 300, Left = 56, Right = 16, Top = 34, Bottom = 44;
    private const double GridStep = 0.1;
    private const string Style = "text{font:13px sans-serif;fill:#57606a}.grid{stroke:#8c959f;stroke-opacity:.35}"
        + "polyline{fill:none;stroke-width:2.5}.new{stroke:#0969da}.old{stroke:#bc4c00;stroke-dasharray:6 4}"
        + "circle.new{fill:#0969da}circle.old{fill:#bc4c00}";

    public static string Draw(IReadOnlyList<AdaptationStep> steps)
    {
        var values = steps.SelectMany(static step => new[] { step.NewDomain.Accuracy, step.OldDomain.Accuracy }).ToList();
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
            svg.Text(X(step), Height - Bottom + 20, step.Texts.ToString("#,0", CultureInfo.InvariantCulture), "middle");
        svg.Text((Left + Width - Right) / 2.0, Height - 6, "texts streamed, of which people labelled one in twenty", "middle");
        Curve("new", "comments (new domain)", Left, static step => step.NewDomain.Accuracy);
        Curve("old", "finance tweets (old domain)", Left + 220, static step => step.OldDomain.Accuracy);
        return svg.Finish()
            .Replace(
                "<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" aria-label=\"Accuracy of the serving version\" ",
                StringComparison.Ordinal)
            .Replace("px\">", $"px\"><style>{Style}</style>", StringComparison.Ordinal);

        void Curve(string style, string name, double legend, Func<AdaptationStep, double> value)
        {
            svg.Polyline(style, steps.Select(step => (X(step), Y(value(step)))));
            foreach (var step in steps)
                svg.Circle(style, X(step), Y(value(step)), 4, Describe(step, value(step)));
            svg.Circle(style, legend + 6, 14, 5);
            svg.Text(legend + 18, 18, name, "start");
        }
    }

    private static string Describe(AdaptationStep step, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{step.Version}: {value:0.000}");
}
