using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Requests;

namespace StreamBert.Cli.Replay.Rows;

/// <summary>
/// Converts the further columns of a row into attributes of its text, within limits. Attributes that the pipeline monitors are always kept
/// unchanged, because rules that compare groups need them.
/// </summary>
internal sealed class RowAttributes(ReplayOptions options)
{
    private const int MaxShownColumns = 20;

    private readonly HashSet<string> _monitored =
    [
        .. options.Pipeline.Monitor.Rules.Fairness.Select(static rule => rule.Attribute), .. options.Pipeline.Fields.Attributes.Keys,
    ];

    private readonly Dictionary<string, string> _names = [];
    private readonly SortedDictionary<string, long> _omitted = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _truncated = new(StringComparer.Ordinal);

    /// <summary>The attributes that the limits omitted or truncated so far, with the option that keeps them.</summary>
    public IEnumerable<string> LimitNotices
    {
        get
        {
            if (_omitted.Count > 0)
                yield return $"A text keeps {options.Limits.MaxCount} attributes (--max-attributes); omitted: {CountPerColumn(_omitted)}.";
            if (_truncated.Count > 0)
            {
                yield return $"An attribute keeps {options.Limits.MaxChars} characters (--max-attribute-chars); truncated: "
                    + $"{CountPerColumn(_truncated)}.";
            }
        }
    }

    public Dictionary<string, string> Get(Row row)
    {
        var attributes = new Dictionary<string, string>();
        var others = 0;
        foreach (var (column, cell) in row.Fields!)
        {
            if (cell.Value is not { Length: > 0 } value || IsTextField(column))
                continue;
            var name = GetName(column);
            if (_monitored.Contains(name))
                attributes[name] = value;
            else if (++others <= options.Limits.MaxCount)
                attributes.TryAdd(name, Truncate(column, value));
            else
                _omitted[column] = _omitted.GetValueOrDefault(column) + 1;
        }
        return attributes;
    }

    private bool IsTextField(string column) =>
        column == options.TextColumn || column == options.TimeColumn || column == options.IdColumn || column == options.SubjectColumn;

    /// <summary>
    /// Returns the name by which rules refer to the column: the name in the pipeline's field mapping, or the column with underscores for
    /// the dots of a nested field.
    /// </summary>
    private string GetName(string column)
    {
        if (_names.TryGetValue(column, out var known))
            return known;
        var mapped = options.Pipeline.Fields.Attributes.FirstOrDefault(mapping => mapping.Value == column).Key;
        return _names[column] = mapped ?? GetFlatName(column);
    }

    private string GetFlatName(string column)
    {
        var flat = column.Replace('.', '_');
        return _monitored.Contains(flat) && !options.File.Columns.Contains(flat) ? flat : column;
    }

    private string Truncate(string column, string value)
    {
        var max = options.Limits.MaxChars;
        if (value.Length <= max)
            return value;
        _truncated[column] = _truncated.GetValueOrDefault(column) + 1;
        var kept = max > 1 && char.IsHighSurrogate(value[max - 2]) ? max - 2 : max - 1;
        return $"{value[..kept]}…";
    }

    private static string CountPerColumn(SortedDictionary<string, long> columns)
    {
        var shown = columns.Take(MaxShownColumns).Select(static column => $"{column.Key} of {column.Value:N0} "
            + $"text{(column.Value == 1 ? "" : "s")}");
        return string.Join(", ", shown) + (columns.Count > MaxShownColumns ? $" and {columns.Count - MaxShownColumns} more columns" : "");
    }
}
