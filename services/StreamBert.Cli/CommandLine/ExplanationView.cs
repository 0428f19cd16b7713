using System.Globalization;
using System.Text;
using Spectre.Console;
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

    public static void Write(IAnsiConsole console, string text, Explanation explanation)
    {
        var strongest = explanation.Words.Select(static word => Math.Abs(word.Attribution)).DefaultIfEmpty().Max();
        console.MarkupLine(Tinted(text, explanation.Words, strongest));
        console.WriteLine();
        console.Write(Table(explanation, strongest));
    }

    private static string Tinted(string text, IReadOnlyList<WordAttribution> words, double strongest)
    {
        var markup = new StringBuilder();
        var at = 0;
        foreach (var word in words)
        {
            markup.Append(Markup.Escape(text[at..word.Start]));
            var tint = Tint(word, strongest);
            markup.Append(tint is null ? Markup.Escape(text[word.Start..word.End]) : $"[black on {tint.Value.ToMarkup()}]{Markup.Escape(text[word.Start..word.End])}[/]");
            at = word.End;
        }
        return markup.Append(Markup.Escape(text[at..])).ToString();
    }

    private static Color? Tint(WordAttribution word, double strongest)
    {
        var strength = strongest > 0 ? Math.Abs(word.Attribution) / strongest : 0;
        return strength < Faint ? null : Weakest.Blend(word.Attribution > 0 ? For : Against, (float)strength);
    }

    private static Table Table(Explanation explanation, double strongest)
    {
        var table = Terminal.Table($"why {explanation.Label} ({explanation.Head})", "word", "#attribution", "speaks for (blue) or against (orange) it");
        foreach (var word in explanation.Words.OrderByDescending(static word => Math.Abs(word.Attribution)))
            table.AddRow(new Text(word.Text ?? ""), new Text(Signed(word.Attribution)), Bar(word.Attribution, strongest));
        table.Caption = new(string.Create(CultureInfo.InvariantCulture,
            $"logit {explanation.Score:F3}, with every word hidden {explanation.BaselineScore:F3}; completeness gap {explanation.CompletenessGap.Relative:P1} after {explanation.Steps} steps"));
        return table;
    }

    private static Text Bar(double attribution, double strongest)
    {
        var length = strongest > 0 ? (int)Math.Round(BarWidth * Math.Abs(attribution) / strongest) : 0;
        return new Text(new string('█', length), new Style(attribution > 0 ? For : Against));
    }

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
