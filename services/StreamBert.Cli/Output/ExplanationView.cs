using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamBert.Contracts;

namespace StreamBert.Cli.Output;

/// <summary>
/// Prints an explanation: the text with its words coloured by attribution, and a table of the words by the size of their attribution.
/// </summary>
internal static class ExplanationView
{
    private const int BarWidth = 24;

    /// <summary>Words whose attribution is smaller than this share of the largest one are not coloured.</summary>
    private const double MinColouredShare = 0.08;

    // Blue and orange can be distinguished by colour-blind readers; the signs in the table carry the same information.
    private static readonly Color Positive = new(120, 170, 255), Negative = new(255, 165, 90), Neutral = new(225, 225, 225);

    public static void Write(string text, Explanation explanation)
    {
        var largest = explanation.Words.Select(static word => Math.Abs(word.Attribution)).DefaultIfEmpty().Max();
        Terminal.Write(CreateColouredText(text, explanation.Words, largest));
        Terminal.Out.WriteLine();
        Terminal.Out.WriteLine();
        Terminal.Write(CreateTable(explanation, largest));
    }

    private static Paragraph CreateColouredText(string text, IReadOnlyList<WordAttribution> words, double largest)
    {
        var paragraph = new Paragraph();
        var position = 0;
        foreach (var word in words)
        {
            paragraph.Append(VisibleText.EscapeLines(text[position..word.Start]));
            var style = GetColour(word, largest) is { } colour ? new Style(Color.Black, colour) : Style.Plain;
            paragraph.Append(VisibleText.EscapeLines(text[word.Start..word.End]), style);
            position = word.End;
        }
        return paragraph.Append(VisibleText.EscapeLines(text[position..]));
    }

    private static Color? GetColour(WordAttribution word, double largest)
    {
        var share = largest > 0 ? Math.Abs(word.Attribution) / largest : 0;
        return share < MinColouredShare ? null : Neutral.Blend(word.Attribution > 0 ? Positive : Negative, (float)share);
    }

    private static Table CreateTable(Explanation explanation, double largest)
    {
        var table = Terminal.CreateTable(
            $"why {explanation.Label} ({explanation.Head})", "word", "#attribution", "supports the label (blue) or opposes it (orange)");
        foreach (var word in explanation.Words.OrderByDescending(static word => Math.Abs(word.Attribution)))
        {
            table.AddRow(
                Terminal.CreateCell(word.Text ?? ""),
                Terminal.CreateCell(Signed(word.Attribution)),
                CreateBar(word.Attribution, largest));
        }
        table.AddCaption(string.Create(
            CultureInfo.InvariantCulture,
            $"logit {explanation.Score:F3}, baseline with all words masked {explanation.BaselineScore:F3}; "
            + $"completeness gap {explanation.CompletenessGap.Relative:P1} after {explanation.Steps} steps"));
        return table;
    }

    private static IRenderable CreateBar(double attribution, double largest)
    {
        var length = largest > 0 ? (int)Math.Round(BarWidth * Math.Abs(attribution) / largest) : 0;
        return Terminal.CreateCell(new string('█', length), new Style(attribution > 0 ? Positive : Negative));
    }

    private static string Signed(double value) => Format.Number(value, "+0.000;-0.000;0.000");
}
