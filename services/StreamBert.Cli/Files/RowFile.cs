using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Files;

/// <summary>What the rows of a file are written as.</summary>
internal enum RowFormat
{
    Separated,
    Json,
    Plain,
}

/// <summary>A separated (CSV, TSV), JSON or plain text file, read row by row in constant memory.</summary>
internal sealed class RowFile
{
    private const int SampledRows = 200;
    private const int MaxNamed = 30;

    private readonly SourceFile _source;
    private readonly Dialect _dialect;
    private readonly RowFormat _format;
    private readonly char _separator;

    private RowFile(SourceFile source, RowFormat format, char usualSeparator, Dialect dialect)
    {
        (_source, _format, _dialect) = (source, format, dialect);
        _separator = dialect.Separator ?? Separators.Of(source.Sample, source.IsSampleWhole, usualSeparator);
        var form = format switch
        {
            RowFormat.Separated => _separator == usualSeparator
                ? usualSeparator == '\t' ? "TSV" : "CSV"
                : $"CSV separated by '{Separators.Name(_separator)}'",
            RowFormat.Json => JsonRows.Name(source.Sample),
            _ => "plain text",
        };
        Surprises = [.. _separator != usualSeparator && format == RowFormat.Separated ? [form] : (string[])[], .. source.Surprises];
        Format = string.Join(", ", [form, .. source.Surprises]);
        Columns = ReadColumns();
    }

    public string Path => _source.Path;

    /// <summary>How it is read, such as <c>CSV separated by ';', UTF-16 LE</c>.</summary>
    public string Format { get; }

    /// <summary>What of <see cref="Format"/> was recognised and could have been otherwise.</summary>
    public IReadOnlyList<string> Surprises { get; }

    /// <summary>Size on disk in bytes.</summary>
    public long Length => _source.Length;

    /// <summary>The columns of the header, or of the first rows; nested JSON fields as dotted paths.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Distinguishes files of another content.</summary>
    public string ContentHash() => _source.ContentHash();

    /// <param name="plainToo">Whether a file of an unknown ending is read as plain text, a text a line.</param>
    /// <exception cref="CliException">No such file, or of no format that can be read here.</exception>
    public static RowFile Open(string path, bool plainToo, Dialect? dialect = null)
    {
        dialect ??= new();
        var source = SourceFile.Open(path, dialect.Encoding);
        var ending = System.IO.Path.GetExtension(source.Name).ToLowerInvariant();
        return ending switch
        {
            ".csv" => new(source, RowFormat.Separated, ',', dialect),
            ".tsv" or ".tab" => new(source, RowFormat.Separated, '\t', dialect),
            ".json" or ".jsonl" or ".ndjson" => new(source, RowFormat.Json, ',', dialect),
            ".txt" or ".text" or ".log" => new(source, RowFormat.Plain, ',', dialect),
            _ when plainToo => new(source, RowFormat.Plain, ',', dialect),
            _ => throw new CliException($"'{path}' is not read by its ending '{ending}'; name it .csv, .tsv, .jsonl, .json or .txt (each also with .gz), or convert it."),
        };
    }

    /// <exception cref="CliException">The file is truncated, damaged or not what its ending says.</exception>
    public IEnumerable<Row> Rows()
    {
        using var content = _source.Open(out var file);
        using var rows = Read(content).GetEnumerator();
        for (long number = 1; _source.Read(rows.MoveNext, Format); number++)
            yield return new(number, Noted(rows.Current), file.Position);
    }

    /// <summary>The texts in a column.</summary>
    /// <exception cref="CliException">A row has none.</exception>
    public IEnumerable<string> Texts(string column) => Rows().Select(row => row.Require(column) is { Value: { } text } ? text
        : throw new CliException($"'{Path}', {row.Place}, cannot be used: {row.Require(column).Fault!.Detail}."));

    /// <summary>The column that holds the text: the named one, else the likeliest.</summary>
    /// <exception cref="CliException">No such column, or none can be guessed; the message says which exist.</exception>
    public string TextColumn(string? named) => Column(named, "--text") ?? Guess.Text(Columns) ?? OnlyColumn() ?? throw new CliException(
        Columns.Count == 0
            ? $"'{Path}' holds no row that can be read."
            : $"Which column of '{Path}' holds the text? Say --text COLUMN; it has: {Named(Columns)}."
        + (_format == RowFormat.Separated && _dialect.HasHeader ? " If that is no header but the first row, say --no-header." : ""));

    /// <summary>The column of that name, or the only one that differs from it in case alone.</summary>
    /// <exception cref="CliException">A column was named that does not exist.</exception>
    public string? Column(string? named, string option)
    {
        if (named is null || Find(named) is not { } column)
            return named is null ? null : throw new CliException($"'{Path}' has no column '{named}' ({option}); it has: {Named(Columns)}.");
        return column;
    }

    /// <summary>Null if there is none.</summary>
    public string? Find(string named)
    {
        if (Columns.Contains(named))
            return named;
        if (_format == RowFormat.Json && Rows().Any(row => row.Fields?.ContainsKey(named) == true))
            return named; // a field that few rows have
        var alike = Columns.Where(column => column.Equals(named, StringComparison.OrdinalIgnoreCase)).ToList();
        return alike.Count == 1 ? alike[0] : null;
    }

    public static string Named(IReadOnlyList<string> columns) =>
        string.Join(", ", columns.Take(MaxNamed)) + (columns.Count > MaxNamed ? $" and {columns.Count - MaxNamed} more" : "");

    /// <summary>Not that of a header: in a file without one it would be the first text.</summary>
    private string? OnlyColumn() => Columns.Count == 1 && (_format != RowFormat.Separated || !_dialect.HasHeader) ? Columns[0] : null;

    private IEnumerable<RawRow> Read(Stream content) => _format switch
    {
        RowFormat.Separated => CsvRows.Read(content, _separator, _dialect.HasHeader),
        RowFormat.Json => JsonRows.Read(content, _source.Sample),
        _ => PlainRows.Read(content, PlainRows.LineEnd(_source.Sample)),
    };

    private IReadOnlyList<string> ReadColumns()
    {
        if (_format == RowFormat.Plain)
            return [PlainRows.Column];
        if (_format == RowFormat.Separated)
        {
            return _source.Read(
                () => CsvRows.Columns(_source.Open(out _), _separator, _dialect.HasHeader),
                Format) is not [['{', ..], ..] and var columns
                ? columns
                : throw new CliException($"'{Path}' holds JSON, and its ending says {Format}; name it .jsonl or .json.");
        }

        var rows = Rows().Take(SampledRows).ToList();
        return rows is [{ Fields: { } only }] && only.All(static field => field.Key.Contains('.') || field.Value.IsArray)
            ? throw new CliException($"'{Path}' holds one JSON object of lists or objects, not rows; write a row an object (pandas: df.to_json(path, orient='records', lines=True)).")
            : [.. rows.Where(static row => row.Fields is not null).SelectMany(static row => row.Fields!.Keys).Distinct()];
    }

    /// <summary>What could not be read in another encoding has become U+FFFD.</summary>
    private RawRow Noted(
        RawRow row) => _source.Encoding.Encoding is not null && row.Fields?.Values.Any(static cell => cell.Value?.Contains('\uFFFD') == true) == true
        ? row with { Note = $"what is not {_source.Encoding.Name} was read as U+FFFD" }
        : row;
}
