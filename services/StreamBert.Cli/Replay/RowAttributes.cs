using StreamBert.Cli.Files;

namespace StreamBert.Cli.Replay;

/// <summary>
/// The further columns of a row as the attributes of its text, within limits. Those that the pipeline watches come first and are kept as
/// they are: a rule that
/// compares groups must find them.
/// </summary>
internal sealed class RowAttributes(ReplayOptions options)
{
    private readonly HashSet<string> _watched = [.. options.Pipeline.Monitor.Fairness.Select(static rule => rule.Attribute), .. options
        .Pipeline
        .Fields
        .Attributes
        .Keys];
    private readonly Dictionary<string, string> _names = [];
    private readonly SortedDictionary<string, long> _leftOut = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _cut = new(StringComparer.Ordinal);

    /// <summary>What the limits took away so far, each with the option that would keep it.</summary>
    public IEnumerable<string> Losses
    {
        get
        {
            if (_leftOut.Count > 0)
                yield return $"A text keeps {options.Limits.MaxCount} attributes (--max-attributes); left out: {Counted(_leftOut)}.";
            if (_cut.Count > 0)
                yield return $"An attribute keeps {options.Limits.MaxChars} characters (--max-attribute-chars); cut: {Counted(_cut)}.";
        }
    }

    public Dictionary<string, string> Of(Row row)
    {
        var attributes = new Dictionary<string, string>();
        var others = 0;
        foreach (var (column, cell) in row.Fields!)
        {
            if (cell.Value is not { Length: > 0 } value || IsUsed(column))
                continue;
            var name = NameOf(column);
            if (_watched.Contains(name))
                attributes[name] = value;
            else if (++others <= options.Limits.MaxCount)
                attributes.TryAdd(name, Cut(column, value));
            else
                _leftOut[column] = _leftOut.GetValueOrDefault(column) + 1;
        }
        return attributes;
    }

    private bool IsUsed(string column)
        => column == options.TextColumn || column == options.TimeColumn || column == options.IdColumn || column == options.SubjectColumn;

    /// <summary>
    /// The name a rule knows the column by: that of the pipeline's mapping, or with other signs for the dots of a nested field.
    /// </summary>
    private string NameOf(string column)
    {
        if (_names.TryGetValue(column, out var known))
            return known;
        var mapped = options.Pipeline.Fields.Attributes.FirstOrDefault(mapping => mapping.Value == column).Key;
        return _names[column] = mapped
            ?? (column.Replace('.', '_') is var flat && _watched.Contains(flat) && !options.File.Columns.Contains(flat) ? flat : column);
    }

    private string Cut(string column, string value)
    {
        var max = options.Limits.MaxChars;
        if (value.Length <= max)
            return value;
        _cut[column] = _cut.GetValueOrDefault(column) + 1;
        var kept = max > 1 && char.IsHighSurrogate(value[max - 2]) ? max - 2 : max - 1;
        return $"{value[..kept]}…";
    }

    private static string Counted(SortedDictionary<string, long> columns) =>
        string.Join(
            ", ",
            columns.Take(20).Select(static column => $"{column.Key} of {column.Value:N0} text{(column.Value == 1 ? "" : "s")}"))
        + (columns.Count > 20 ? $" and {columns.Count - 20} more columns" : "");
}
