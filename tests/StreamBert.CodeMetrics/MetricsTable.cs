namespace StreamBert.CodeMetrics;

/// <summary>All measures of a checkout as rows of a Markdown table, and the places that a measure counts.</summary>
internal sealed class MetricsTable(Repository repository)
{
    private readonly IReadOnlyList<(string Key, string Title, Func<Repository, IEnumerable<string>> Find)> _counts =
    [
        ("long-lines", $"lines over {Lengths.MaxColumns} columns", Lengths.LongLines),
        ("double-names", "type names with two meanings", TypeNames.WithTwoMeanings),
        ("single-interfaces", "interfaces with one implementation", TypeNames.InterfacesWithOneImplementation),
        ("cycles", "groups of folders in a cycle", Cycles),
        ("mutual", "pairs of folders that use each other", MutualPairs),
        ("banned-words", "banned words", static repository => new BannedWords().Find(repository)),
        ("undocumented", "public members of shared/ without documentation", Documentation.Missing),
        ("disabled-rules", "disabled analyzer rules", AnalyzerRules.Disabled),
    ];

    /// <summary>Folders of one project that use each other, directly or through others.</summary>
    public static IEnumerable<string> Cycles(Repository repository) =>
        Graphs(repository).SelectMany(static graph => graph.Graph.Cycles().Select(cycle => $"{graph.Project}: {cycle}"));

    public IEnumerable<string> Rows()
    {
        var methods = Lengths.Methods(repository).Select(static method => method.Lines).ToList();
        var files = Lengths.Files(repository).Select(static file => file.Lines).ToList();
        yield return "| measure | value |";
        yield return "|---|---|";
        var (median, high) = (Lengths.Quantile(methods, 0.5), Lengths.Quantile(methods, 0.9));
        yield return $"| method length, lines: p50 / p90 / max | {median} / {high} / {methods[^1]} |";
        yield return $"| file length, lines: p90 / max | {Lengths.Quantile(files, 0.9)} / {files[^1]} |";
        foreach (var (_, title, find) in _counts)
            yield return $"| {title} | {find(repository).Count()} |";
    }

    /// <summary>What a measure counts, a line each.</summary>
    /// <exception cref="ArgumentException">There is no such measure.</exception>
    public IEnumerable<string> Places(string measure) => measure switch
    {
        "methods" => Lengths.Methods(repository).Reverse().Select(static method => $"{method.Lines} {method.Method}"),
        "files" => Lengths.Files(repository).Reverse().Select(static file => $"{file.Lines} {file.Path}"),
        _ when _counts.Any(count => count.Key == measure) => _counts.First(count => count.Key == measure).Find(repository),
        _ => throw new ArgumentException(
            $"There is no measure '{measure}'; there are methods, files, {string.Join(", ", _counts.Select(static count => count.Key))}."),
    };

    private static IEnumerable<string> MutualPairs(Repository repository) =>
        Graphs(repository).SelectMany(static graph => graph.Graph.MutualPairs().Select(pair => $"{graph.Project}: {pair}"));

    private static IEnumerable<(string Project, FolderGraph Graph)> Graphs(Repository repository)
    {
        var types = TypeNames.Declarations(repository).ToLookup(static type => type.File.Project);
        return repository.Product.GroupBy(static file => file.Project)
            .Select(files => (files.Key, new FolderGraph([.. files], types[files.Key])));
    }
}
