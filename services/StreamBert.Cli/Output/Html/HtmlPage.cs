using System.Net;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Cli.Output.Html;

/// <summary>Writes one HTML file with its style, which opens from disk and loads nothing.</summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder _html = new();

    /// <param name="title">The title, not yet encoded.</param>
    public HtmlPage(string title) => _html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .Append($"<title>{Encode(title)}</title><style>{ReadStyle()}</style></head><body><main><h1>{Encode(title)}</h1>");

    public static string Encode(string text) => WebUtility.HtmlEncode(VisibleText.EscapeLine(text));

    /// <summary>Appends HTML as it is.</summary>
    public HtmlPage Append(string html)
    {
        _html.Append(html);
        return this;
    }

    /// <summary>Ends the page, and returns it.</summary>
    public string Finish() => _html.Append("</main></body></html>\n").ToString();

    public void AppendTiles(IEnumerable<(string Value, string Name)> tiles)
    {
        _html.Append("<div class=\"tiles\">");
        foreach (var (value, name) in tiles)
            _html.Append($"<div class=\"tile\"><b>{Encode(value)}</b><span>{Encode(name)}</span></div>");
        _html.Append("</div>");
    }

    /// <summary>Appends facts with their names.</summary>
    public void AppendFacts(IEnumerable<(string Name, string Value)> facts)
    {
        _html.Append("<dl class=\"card facts\">");
        foreach (var (name, value) in facts)
            _html.Append($"<dt>{Encode(name)}</dt><dd>{Encode(value)}</dd>");
        _html.Append("</dl>");
    }

    /// <param name="headings">The headings; that of a number begins with #.</param>
    /// <param name="rows">The style and the cells of each row.</param>
    public void AppendTable(string[] headings, IEnumerable<(string Style, string[] Cells)> rows)
    {
        var numbers = headings.Select(static heading => heading.StartsWith('#') ? " class=\"number\"" : "").ToList();
        _html.Append("<div class=\"card scroll\"><table><tr>");
        foreach (var (index, heading) in headings.Index())
            _html.Append($"<th{numbers[index]}>{Encode(heading.TrimStart('#'))}</th>");
        _html.Append("</tr>");
        foreach (var (style, cells) in rows)
        {
            _html.Append(style.Length > 0 ? $"<tr class=\"{style}\">" : "<tr>");
            foreach (var (index, cell) in cells.Index())
                _html.Append($"<td{numbers[index]}>{Encode(cell)}</td>");
            _html.Append("</tr>");
        }
        _html.Append("</table></div>");
    }

    private static string ReadStyle()
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("StreamBert.Cli.Output.Html.page.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
