using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamBert.Contracts;

namespace StreamBert.Cli.CommandLine;

/// <summary>An explanation for the eye: the text with its words tinted, and a table of the words by strength.</summary>
internal static class ExplanationView
{
    private const int BarWidth = 24;

    /// <summary>Words weaker than this share of the strongest stay without tint.</summary>
    private const double Faint = 0.08;

    // Blue and orange: told apart by the colour-blind too; the signs in the table say the same.
    private static readonly Color For = new(120, 170, 255), Against = new(255, 165, 90), Weakest = new(225, 225, 225);

    public static void Write(string text, Explanation explanation)
    {
        var strongest = explanation.Words.Select(static word => Math.Abs(word.Attribution)).DefaultIfEmpty().Max();
        Terminal.Write(Tinted(text, explanation.Words, strongest));
        Terminal.Out.WriteLine();
        Terminal.Out.WriteLine();
        Terminal.Write(Table(explanation, strongest));
    }

    private static Paragraph Tinted(string text, IReadOnlyList<WordAttribution> words, double strongest)
    {
        var tinted = new Paragraph();
        var at = 0;
        foreach (var word in words)
        {
            tinted.Append(VisibleText.EscapeLines(text[at..word.Start]));
            tinted.Append(
                VisibleText.EscapeLines(text[word.Start..word.End]),
                Tint(word, strongest) is { } tint ? new Style(Color.Black, tint) : Style.Plain);
            at = word.End;
        }
        return tinted.Append(VisibleText.EscapeLines(text[at..]));
    }

    private static Color? Tint(WordAttribution word, double strongest)
    {
        var strength = strongest > 0 ? Math.Abs(word.Attribution) / strongest : 0;
        return strength < Faint ? null : Weakest.Blend(word.Attribution > 0 ? For : Against, (float)strength);
    }

    private static Table Table(Explanation explanation, double strongest)
    {
        var table = Terminal.Table(
            $"why {explanation.Label} ({explanation.Head})",
            "word",
            "#attribution",
            "speaks for (blue) or against (orange) it");
        foreach (var word in explanation.Words.OrderByDescending(static word => Math.Abs(word.Attribution)))
            table.AddRow(Terminal.Cell(word.Text ?? ""), Terminal.Cell(Signed(word.Attribution)), Bar(word.Attribution, strongest));
        table.AddCaption(string.Create(CultureInfo.InvariantCulture,
            $"logit {explanation.Score:F3}, with every word hidden {explanation.BaselineScore:F3}; completeness gap {explanation.CompletenessGap.Relative:P1} after {explanation.Steps} steps"));
        return table;
    }

    private static IRenderable Bar(double attribution, double strongest)
    {
        var length = strongest > 0 ? (int)Math.Round(BarWidth * Math.Abs(attribution) / strongest) : 0;
        return Terminal.Cell(new string('█', length), new Style(attribution > 0 ? For : Against));
    }

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
