using System.Globalization;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Cli.Output.Html;

/// <summary>Writes an inline SVG picture, whose colours are those of the page's style.</summary>
internal sealed class SvgCanvas
{
    private readonly StringBuilder _svg = new();

    /// <param name="width">The width of the coordinates.</param>
    /// <param name="height">The height of the coordinates.</param>
    /// <param name="isFixed">Whether the picture is never wider than its coordinates, in pixels.</param>
    public SvgCanvas(double width, double height, bool isFixed = false)
    {
        Append($"<svg viewBox=\"0 0 {width:0.#} {height:0.#}\" role=\"img\"");
        Append(isFixed ? $" style=\"max-width:{width:0}px\">" : (FormattableString)$">");
    }

    /// <summary>Ends the picture, and returns it.</summary>
    public string Finish() => _svg.Append("</svg>").ToString();

    public void OpenGroup(string style, string title) => _svg.Append($"<g class=\"{style}\">").Append(Title(title));

    public void CloseGroup() => _svg.Append("</g>");

    public void Line(string style, double x1, double y1, double x2, double y2) =>
        Append($"<line{Class(style)} x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\"/>");

    public void Rectangle(string style, double x, double y, double width, double height, double opacity = 1, string? title = null)
    {
        Append($"<rect{Class(style)} x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(0, width):0.#}\" height=\"{Math.Max(0, height):0.#}\"");
        Append(opacity < 1 ? $" opacity=\"{opacity:0.##}\"" : (FormattableString)$"");
        _svg.Append(title is null ? "/>" : $">{Title(title)}</rect>");
    }

    public void Circle(string style, double x, double y, double radius, string? title = null)
    {
        Append($"<circle{Class(style)} cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\"");
        _svg.Append(title is null ? "/>" : $">{Title(title)}</circle>");
    }

    /// <param name="anchor">Where the text is placed: <c>start</c>, <c>middle</c> or <c>end</c> at the point.</param>
    /// <param name="angle">The angle by which the text is turned around the point, in degrees.</param>
    public void Text(double x, double y, string text, string anchor, double angle = 0, string style = "")
    {
        Append($"<text{Class(style)} x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"");
        Append(angle == 0 ? (FormattableString)$">" : $" transform=\"rotate({angle:0.#} {x:0.#} {y:0.#})\">");
        _svg.Append(HtmlPage.Encode(text)).Append("</text>");
    }

    public void Polyline(string style, IEnumerable<(double X, double Y)> points) =>
        _svg.Append($"<polyline class=\"{style}\" points=\"{Join(points)}\"/>");

    public void Polygon(string style, IEnumerable<(double X, double Y)> points) =>
        _svg.Append($"<polygon class=\"{style}\" points=\"{Join(points)}\"/>");

    private static string Join(IEnumerable<(double X, double Y)> points) => string.Join(
        ' ', points.Select(static point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));

    private static string Class(string style) => style.Length > 0 ? $" class=\"{style}\"" : "";

    private static string Title(string text) => $"<title>{HtmlPage.Encode(text)}</title>";

    private void Append(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
