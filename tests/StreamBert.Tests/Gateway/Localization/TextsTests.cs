using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamBert.CodeMetrics;
using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Gateway.Localization;

namespace StreamBert.Tests.Gateway.Localization;

public sealed partial class TextsTests
{
    private const string Literal = "\"(?:[^\"\\\\]|\\\\.)*\"", Text = $@"{Literal}(?:\s*\+\s*{Literal})*";
    private static readonly string Root = Path.Combine(Repository.Containing(AppContext.BaseDirectory).Root, "services/StreamBert.Gateway");

    private static readonly IReadOnlyDictionary<string, string> Chinese =
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Root, "Localization/texts.zh.json")))!;

    private static readonly IReadOnlyList<(string Path, string Source)> Sources =
    [
        .. from folder in (string[])["Dashboard", "Security"]
           from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
           where Path.GetExtension(file) is ".cs" or ".razor"
           select (Path.GetRelativePath(Root, file), File.ReadAllText(file)),
    ];

    private static readonly IReadOnlySet<string> Keys = Sources.SelectMany(static file => KeysOf(file.Source)).ToHashSet();

    [Fact]
    public void Every_text_has_a_Chinese_one_with_the_same_format_items() => Assert.All(
        Keys, static key => Assert.Equal(FormatItems(key), FormatItems(Assert.Contains(key, Chinese))));

    [Fact]
    public void No_Chinese_text_is_unused() => Assert.Empty(Chinese.Keys.Except(Keys));

    [Fact]
    public void No_page_has_a_text_that_cannot_be_translated() => Assert.Empty(
        Sources.Where(static file => file.Path.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(static file => LiteralsOf(file.Source).Select(text => $"{file.Path}: {text}")));

    [Theory]
    [InlineData("zh", "2 条文本", "3.4 分钟")]
    [InlineData("en", "2 texts", "3.4 min")]
    public void The_UI_culture_selects_the_language(string culture, string count, string duration)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = new(culture);
            Assert.Equal((count, duration), (DisplayText.Count(2, "text"), DisplayText.Duration(TimeSpan.FromMinutes(3.4))));
            Assert.Equal(culture == "zh", ReaderLanguage.IsChinese);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>The texts of <c>L["…"]</c> and <c>L.With("…")</c>, and the nouns of counts.</summary>
    private static IEnumerable<string> KeysOf(string source) => Keyed().Matches(source)
        .SelectMany(static match => match.Groups["text"].Captures).Select(static capture => Join(capture.Value))
        .Concat(Counted().Matches(source).Select(static match => $"{{0}} {match.Groups[1].Value}"));

    private static string Join(string literals) => string.Concat(
        LiteralPattern().Matches(literals).Select(static literal => Regex.Unescape(literal.Value[1..^1])));

    private static HashSet<string> FormatItems(string text) => [.. FormatItem().Matches(text).Select(static item => item.Value)];

    /// <summary>
    /// The words of text nodes, of attributes that are read to a person, and of literals that an expression chooses, in a page without its
    /// code and data.
    /// </summary>
    private static IEnumerable<string> LiteralsOf(string page)
    {
        var markup = NotShown().Replace(page.Split("\n@code {")[0], "<>");
        var chosen = ChosenLiteral().Matches(Keyed().Replace(page, ""));
        return TextNode().Matches(markup).Concat(SpokenAttribute().Matches(markup)).Concat(chosen)
            .Select(static match => match.Groups[1].Value.Trim())
            .Where(static text => text is not ("StreamBert" or "CSV" or "Parquet" or "/v1/status"));
    }

    [GeneratedRegex($"""\bL(?:\[|\.With\((?:[^"()]*\?)?)\s*(?<text>{Text})(?:\s*:\s*(?<text>{Text}))?""")]
    private static partial Regex Keyed();

    [GeneratedRegex("""\bCount\((?:[^()"]|"[^"]*"|\((?<depth>)|\)(?<-depth>))*?,\s*"([a-z -]+)"\)(?(depth)(?!))""")]
    private static partial Regex Counted();

    [GeneratedRegex(Literal)]
    private static partial Regex LiteralPattern();

    [GeneratedRegex(@"\{\d")]
    private static partial Regex FormatItem();

    [GeneratedRegex(@"@\*.*?\*@|^@\w+ .*?$|<(code|pre|kbd)\b[^>]*>.*?</\w+>",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex NotShown();

    [GeneratedRegex(@"(?<![=\-])>([^<>@{};]*[A-Za-z]{2}[^<>@{};]*)<")]
    private static partial Regex TextNode();

    [GeneratedRegex("""\b(?:title|aria-label|placeholder|Title|Label|Empty|Text)="([^"@]*[A-Za-z]{2}[^"@]*)["]""")]
    private static partial Regex SpokenAttribute();

    [GeneratedRegex("""[?:] \$?"([A-Z][a-z]+ [^"]*|[a-z]+ [a-z]+ [^"]*)["]""")]
    private static partial Regex ChosenLiteral();
}
