using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Model.Training;

namespace StreamBert.Cli.Commands;

/// <summary>The files of a recipe: all are checked before any training starts, and what is wrong is told in one message.</summary>
internal sealed class RecipeFiles(Recipe recipe, string directory)
{
    private const int MaxLabels = 20;
    private readonly Dictionary<RecipeSource, RowFile> _files = [];

    /// <exception cref="CliException">A file is missing or cannot be read, or a column, a row or a label is not what the recipe
    /// says.</exception>
    public void Check()
    {
        var sources = recipe.Corpus.Select(static source => (Source: source, Head: (RecipeHead?)null))
            .Concat(recipe.Heads.SelectMany(static head => head.Sources.Select(source => (Source: source, Head: (RecipeHead?)head))));
        var faults = sources.SelectMany(one => Faults(one.Source, one.Head).Select(fault => (one.Source.File, Fault: fault))).Distinct()
            .ToList();
        if (faults.Count > 0)
        {
            throw new CliException($"The files under '{directory}' are not what the recipe says; nothing was trained.\n"
                + string.Join('\n', faults.GroupBy(static fault => fault.File, static fault => fault.Fault)
                    .Select(static file => $"  {file.Key}: {string.Join("; ", file)}")));
        }

        foreach (var file in _files.Values.DistinctBy(static file => (file.Path, file.Format)))
            TextInput.Announce(file);
    }

    /// <summary>The rows of a source, by the names of the recipe.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Rows(RecipeSource source)
    {
        var file = Open(source);
        var columns = source.Columns.Select(name => (Name: name, Column: file.Find(name) ?? name)).ToList();
        return file.Rows().Select(row => Values(row, columns).Values
            ?? throw new CliException($"'{file.Path}', {row.Place}, cannot be used: {Values(row, columns).Fault}."));
    }

    private IEnumerable<string> Faults(RecipeSource source, RecipeHead? head)
    {
        try
        {
            return head is not null && source.Label is null
                ? [$"the recipe names no label column for the head '{head.Name}'"]
                : OfFile(Open(source), source, head);
        }
        catch (CliException e)
        {
            return [$"{e.Message.TrimEnd('.')}{InRecipe(e.Message)}"]; // not there, truncated, in another encoding
        }
    }

    /// <summary>What other commands take as options stands with the source of a recipe.</summary>
    private static string InRecipe(string message)
    {
        var options = new (string Option, string Field)[] {
            ("--encoding", "\"encoding\""),
            ("--separator", "\"separator\""),
            ("--no-header", "\"header\": false") }
            .Where(option => message.Contains(option
                .Option, StringComparison.Ordinal)).Select(static option => $"{option.Field} for {option.Option}").ToList();
        return options.Count == 0 ? "" : $" (in the recipe, beside the file: {string.Join(", ", options)})";
    }

    private static IReadOnlyList<string> OfFile(RowFile file, RecipeSource source, RecipeHead? head)
    {
        var missing = source.Columns.Where(column => file.Find(column) is null).ToList();
        return
        [
            .. missing.Count == 0 ? [] : new[] { $"wanted the column{(missing.Count > 1 ? "s" : "")} '{string.Join("', '", missing)}'; it is {file.Format} with the columns: {RowFile.Named(file.Columns)}" },
            .. OfRows(file, source, head, [.. source.Columns.Except(missing).Select(name => (name, file.Find(name)!))]),
        ];
    }

    private static List<string> OfRows(
        RowFile file,
        RecipeSource source,
        RecipeHead? head,
        IReadOnlyList<(string Name, string Column)> columns)
    {
        var (faults, unknown, rows) = (new RowFaults(), new SortedDictionary<string, long>(StringComparer.Ordinal), 0L);
        var (isSplit, isLabelled) = (columns.Any(column => column.Name == source.SplitColumn), head is not null
            && columns.Any(column => column.Name == source.Label));
        foreach (var row in file.Rows())
        {
            rows++;
            var (values, fault) = Values(row, columns);
            if (values is null)
                faults.Add(row, fault!);
            else if ((isSplit ? source.IsInPart(values) : true) is not { } isInPart)
                faults.Add(row, $"'{source.SplitColumn}' is '{values[source.SplitColumn!]}', no whole number to split by");
            else if (isInPart && isLabelled && source.LabelOf(values) is { } label && !head!.Labels.Contains(label))
                unknown[label] = unknown.GetValueOrDefault(label) + 1;
        }
        return
        [
            .. rows == 0 ? ["it holds no rows"] : (string[])[],
            .. faults.Count > 0 ? [$"{faults}"] : (string[])[],
            .. unknown.Count > 0 ? [Unknown(head!, source, unknown)] : (string[])[],
        ];
    }

    private static string Unknown(RecipeHead head, RecipeSource source, SortedDictionary<string, long> unknown) =>
        $"labels in '{source.Label}' that the head '{head.Name}' does not know: {string.Join(", ", unknown.Take(MaxLabels).Select(static label => $"'{label.Key}' ({label.Value:N0} rows)"))}"
        + $"{(unknown.Count > MaxLabels ? $" and {unknown.Count - MaxLabels} more" : "")}; it knows: {string.Join(", ", head.Labels)} (labelMap in the recipe translates)";

    private static (IReadOnlyDictionary<string, string>? Values, string? Fault) Values(
        Row row,
        IReadOnlyList<(string Name, string Column)> columns)
    {
        var values = new Dictionary<string, string>(columns.Count);
        foreach (var (name, column) in columns)
        {
            var (value, fault) = row.Require(column);
            if (value is null)
                return (null, fault!.Detail);
            values[name] = value;
        }
        return (values, null);
    }

    private RowFile Open(RecipeSource source) => _files.TryGetValue(source, out var file) ? file
        : _files[source] = RowFile.Open(
            Path.Combine(directory, source.File),
            plainToo: false,
            new(source.Encoding, DialectInput.ParseSeparator(source.Separator), source.Header));
}
