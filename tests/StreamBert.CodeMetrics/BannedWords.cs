using System.Text.RegularExpressions;

namespace StreamBert.CodeMetrics;

/// <summary>
/// Words and names that the project no longer uses, with what it uses instead: <c>banned-words.txt</c>. Sources, pages and
/// configuration are searched; the changelog, which names old names, and the list are not.
/// </summary>
internal sealed class BannedWords
{
    private static readonly string[] Excluded = ["CHANGELOG.md", "tests/StreamBert.CodeMetrics/banned-words.txt"];
    private readonly IReadOnlyList<(Regex Pattern, string Replacement)> _rules;

    public BannedWords()
        : this(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "banned-words.txt")))
    {
    }

    public BannedWords(IEnumerable<string> lines) => _rules =
    [
        .. from line in lines
           where line.Trim() is { Length: > 0 } and not ['#', ..]
           let parts = line.Split('→', 2)
           select (new Regex(parts[0].Trim(), RegexOptions.CultureInvariant), parts[1].Trim()),
    ];

    /// <summary>The places at which a banned word occurs, with the word to use.</summary>
    public IEnumerable<string> Find(Repository repository) => repository.Texts()
        .Where(static file => !Excluded.Contains(file.Path))
        .SelectMany(file => FindIn(file.Path, file.Text));

    public IEnumerable<string> FindIn(string path, string text) =>
        from line in text.Split('\n').Index()
        from rule in _rules
        from match in rule.Pattern.Matches(line.Item)
        select $"{path}:{line.Index + 1} '{match.Value}': use {rule.Replacement}";
}
