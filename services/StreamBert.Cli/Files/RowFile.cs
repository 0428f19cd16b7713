using StreamBert.Cli.Errors;
using StreamBert.Cli.Files.Csv;
using StreamBert.Cli.Files.Json;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Files;

/// <summary>Reads a separated (CSV, TSV), JSON or plain text file row by row in constant memory.</summary>
internal sealed class RowFile
{
    private const int MaxSampledRows = 200;
    private const int MaxShownColumns = 30;

    private readonly SourceFile _source;
    private readonly FileDialect _dialect;
    private readonly RowFormat _format;
    private readonly char _separator;

    private RowFile(SourceFile source, RowFormat format, char defaultSeparator, FileDialect dialect)
    {
        (_source, _format, _dialect) = (source, format, dialect);
        _separator = dialect.Separator ?? SeparatorDetector.Detect(source.Sample, source.IsSampleComplete, defaultSeparator);
        var name = DescribeFormat(defaultSeparator);
        var hasOtherSeparator = _separator != defaultSeparator && format == RowFormat.Separated;
        Deviations = [.. hasOtherSeparator ? [name] : (string[])[], .. source.Deviations];
        Format = string.Join(", ", [name, .. source.Deviations]);
        Columns = ReadColumns();
    }

    public string Path => _source.Path;

    /// <summary>The detected format, such as <c>CSV separated by ';', UTF-16 LE</c>.</summary>
    public string Format { get; }

    /// <summary>The parts of <see cref="Format"/> that differ from what the name of the file suggests.</summary>
    public IReadOnlyList<string> Deviations { get; }

    /// <summary>The size on disk, in bytes.</summary>
    public long Length => _source.Length;

    /// <summary>The columns of the header, or of the first rows; nested JSON fields as dotted paths.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Whether the rows are JSON.</summary>
    public bool IsJson => _format == RowFormat.Json;

    /// <summary>Computes a hash that identifies the content.</summary>
    public string ComputeHash() => _source.ComputeHash();

    /// <param name="allowPlainText">Whether a file with an unknown extension is read as plain text, one text per line.</param>
    /// <exception cref="CliException">The file does not exist, or its format is not supported.</exception>
    public static RowFile Open(string path, bool allowPlainText, FileDialect? dialect = null)
    {
        dialect ??= new();
        var source = SourceFile.Open(path, dialect.Encoding);
        var extension = System.IO.Path.GetExtension(source.Name).ToLowerInvariant();
        return extension switch
        {
            ".csv" => new(source, RowFormat.Separated, ',', dialect),
            ".tsv" or ".tab" => new(source, RowFormat.Separated, '\t', dialect),
            ".json" or ".jsonl" or ".ndjson" => new(source, RowFormat.Json, ',', dialect),
            ".txt" or ".text" or ".log" => new(source, RowFormat.Plain, ',', dialect),
            _ when allowPlainText => new(source, RowFormat.Plain, ',', dialect),
            _ => throw new CliException(
                $"'{path}' has the unsupported extension '{extension}'; name it .csv, .tsv, .jsonl, .json or .txt (each optionally with "
                    + ".gz), or convert it."),
        };
    }

    /// <exception cref="CliException">The file is truncated, damaged or not in the format of its extension.</exception>
    public IEnumerable<Row> ReadRows()
    {
        using var content = _source.OpenContent(out var file);
        using var rows = Read(content).GetEnumerator();
        for (long number = 1; _source.Read(rows.MoveNext, Format); number++)
            yield return new(number, AddEncodingNote(rows.Current), file.Position);
    }

    /// <summary>Reads the texts in a column.</summary>
    /// <exception cref="CliException">A row has no text.</exception>
    public IEnumerable<string> ReadTexts(string column) => ReadRows().Select(row => row.GetRequired(column) is { Value: { } text }
        ? text
        : throw new CliException($"'{Path}', {row.Location}, cannot be used: {row.GetRequired(column).Fault!.Detail}."));

    /// <summary>Returns the column that contains the text: the given one, or else the detected one.</summary>
    /// <exception cref="CliException">The column does not exist, or none can be detected; the message lists the columns.</exception>
    public string FindTextColumn(string? given) =>
        RequireColumn(given, "--text") ?? ColumnDetector.FindText(Columns) ?? GetOnlyColumn() ?? throw TextColumnUnknown();

    /// <summary>Returns the column with the given name; case is ignored if only one column matches.</summary>
    /// <returns>Null if no name is given.</returns>
    /// <exception cref="CliException">The column does not exist.</exception>
    public string? RequireColumn(string? given, string option)
    {
        if (given is null)
            return null;
        return FindColumn(given) ?? throw new CliException($"'{Path}' has no column '{given}' ({option}); its columns are: "
            + $"{Join(Columns)}.");
    }

    /// <returns>The column with the given name, or null if there is none.</returns>
    public string? FindColumn(string name)
    {
        if (Columns.Contains(name))
            return name;
        if (_format == RowFormat.Json && ReadRows().Any(row => row.Fields?.ContainsKey(name) == true))
            return name; // a field that is missing from the sampled rows
        var matches = Columns.Where(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        return matches.Count == 1 ? matches[0] : null;
    }

    /// <summary>Joins column names for a message, and shortens a long list.</summary>
    public static string Join(IReadOnlyList<string> columns) => string.Join(", ", columns.Take(MaxShownColumns))
        + (columns.Count > MaxShownColumns ? $" and {columns.Count - MaxShownColumns} more" : "");

    private string DescribeFormat(char defaultSeparator) => _format switch
    {
        RowFormat.Separated when _separator != defaultSeparator => $"CSV separated by '{SeparatorDetector.Name(_separator)}'",
        RowFormat.Separated => defaultSeparator == '\t' ? "TSV" : "CSV",
        RowFormat.Json => JsonRows.DescribeLayout(_source.Sample),
        _ => "plain text",
    };

    /// <summary>Returns the only column, except that of a header: in a file without one, the header would be the first text.</summary>
    private string? GetOnlyColumn() => Columns.Count == 1 && (_format != RowFormat.Separated || !_dialect.HasHeader) ? Columns[0] : null;

    private CliException TextColumnUnknown() => new(
        Columns.Count == 0
            ? $"'{Path}' contains no readable row."
            : $"The text column of '{Path}' cannot be detected; give --text COLUMN. Its columns are: {Join(Columns)}."
            + (_format == RowFormat.Separated && _dialect.HasHeader ? " If this is not a header but the first row, give "
            + "--no-header." : ""));

    private IEnumerable<RawRow> Read(Stream content) => _format switch
    {
        RowFormat.Separated => CsvRows.Read(content, _separator, _dialect.HasHeader),
        RowFormat.Json => JsonRows.Read(content, _source.Sample),
        _ => PlainRows.Read(content, PlainRows.DetectLineEnd(_source.Sample)),
    };

    private IReadOnlyList<string> ReadColumns() => _format switch
    {
        RowFormat.Plain => [PlainRows.Column],
        RowFormat.Separated => ReadHeader(),
        _ => ReadJsonFields(),
    };

    private IReadOnlyList<string> ReadHeader()
    {
        var columns = _source.Read(() => CsvRows.ReadColumns(_source.OpenContent(out _), _separator, _dialect.HasHeader), Format);
        return columns is not [['{', ..], ..]
            ? columns
            : throw new CliException($"'{Path}' contains JSON, but its extension means {Format}; name it .jsonl or .json.");
    }

    private List<string> ReadJsonFields()
    {
        var rows = ReadRows().Take(MaxSampledRows).ToList();
        return rows is [{ Fields: { } only }] && only.All(static field => field.Key.Contains('.') || field.Value.IsArray)
            ? throw new CliException(
                $"'{Path}' contains one JSON object of lists or objects, not rows; write one object per row "
                + "(pandas: df.to_json(path, orient='records', lines=True)).")
            : [.. rows.Where(static row => row.Fields is not null).SelectMany(static row => row.Fields!.Keys).Distinct()];
    }

    /// <summary>
    /// Adds a note to a row with bytes that are invalid in an encoding other than UTF-8, because they were read as U+FFFD.
    /// </summary>
    private RawRow AddEncodingNote(RawRow row)
    {
        var hasReplacement = _source.Encoding.Encoding is not null
            && row.Fields?.Values.Any(static cell => cell.Value?.Contains('\uFFFD') == true) == true;
        return hasReplacement ? row with { Note = $"bytes that are not {_source.Encoding.Name} were read as U+FFFD" } : row;
    }
}
