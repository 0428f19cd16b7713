using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Evaluation.Slices;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;

namespace StreamBert.Cli.ModelCards.Pages;

/// <summary>Writes the scores by the values of a column.</summary>
internal sealed class ColumnSection(ColumnSummary column, HtmlPage html)
{
    private const int MaxShown = 30;

    public void Write(bool isGroup)
    {
        html.Append($"<h3>{HtmlPage.Encode($"By {column.Column}")}</h3>");
        html.AppendTable(
            [column.Column, "#Texts", "#Accuracy", "#95 % (Wilson)", "#Macro-F1", "#95 % (bootstrap)"],
            column.Values.Take(MaxShown).Select(static value => ("", (string[])
            [
                value.Value, Format.Count(value.Count), Format.Score(value.Accuracy), Format.Range(value.Intervals.Accuracy),
                Format.Score(value.MacroF1), Format.Range(value.Intervals.MacroF1),
            ])));
        if (column.Values.Count > MaxShown)
            html.Append($"<p class=\"soft\">The {MaxShown} largest of {Format.Count(column.Values.Count)} values; card.json has all.</p>");
        if (isGroup)
            html.Append($"<p>{HtmlPage.Encode(SliceView.Describe(column.Gap))}</p>");
    }
}
