using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Files;

/// <summary>Rows of a separated file: under a header the columns it names, without one column1, column2 and so on.</summary>
internal static class CsvRows
{
    private const int MaxNamed = 10;

    /// <summary>The names of the columns, once the header has been read.</summary>
    /// <exception cref="InvalidDataException">The header cannot be read, or names two columns alike.</exception>
    public static IReadOnlyList<string> Columns(Stream content, char separator, bool hasHeader)
    {
        using var records = new CsvRecords(content, separator);
        return records.Read().FirstOrDefault(record => !IsSeparatorLine(record, separator)) is { } first ? Names(first, hasHeader) : [];
    }

    public static IEnumerable<RawRow> Read(Stream content, char separator, bool hasHeader)
    {
        using var records = new CsvRecords(content, separator);
        IReadOnlyList<string>? header = null;
        foreach (var record in records.Read())
        {
            if (header is null && IsSeparatorLine(record, separator))
                continue;
            var isHeader = header is null && hasHeader;
            header ??= Names(record, hasHeader);
            if (!isHeader && !IsBlank(record, header))
                yield return Row(record, header, separator);
        }
    }

    /// <summary>Spaces alone are no row either, unless they are the one field of a row.</summary>
    private static bool IsBlank(CsvRecord record, IReadOnlyList<string> header)
        => record.Fields.Length == 1 && header.Count > 1 && string.IsNullOrWhiteSpace(record.Raw);

    /// <summary>Excel's <c>sep=;</c> before the header.</summary>
    private static bool IsSeparatorLine(CsvRecord record, char separator) => record.Line == 1 && record.Raw == $"sep={separator}";

    private static IReadOnlyList<string> Names(CsvRecord first, bool isHeader)
    {
        if (first.Fault is { } fault && isHeader)
            throw new InvalidDataException($"the header: {fault}.");
        if (first.Fields.Length > CsvRecords.MaxColumns)
            throw new InvalidDataException($"the first row has {first.Fields.Length:N0} columns, and {CsvRecords.MaxColumns:N0} are read.");
        if (!isHeader)
            return [.. first.Fields.Select(static (_, at) => $"column{at + 1}")];
        var names = first.Fields.Select(static (name, at) => Decode(name) is not { } column
            ? throw new InvalidDataException("the header is not UTF-8; save the file as UTF-8, or say --encoding.")
            : string.IsNullOrWhiteSpace(column) ? $"column{at + 1}" : column.Trim()).ToList();
        return names.GroupBy(static name => name).FirstOrDefault(static group => group.Count() > 1)?.Key is not { } twice ? names
            : throw new InvalidDataException(
                $"the header names two columns '{twice}'; rename one of them. (If the first row is no header, say --no-header.)");
    }

    private static RawRow Row(CsvRecord record, IReadOnlyList<string> header, char separator)
    {
        var raw = Encoding.Latin1.GetBytes(record.Raw);
        if (record.Fault is not null || record.Fields.Length != header.Count)
            return new(record.Line, raw, null, new(DeadLetterReasons.BadRow, record.Fault ?? Width(record.Fields.Length, header, separator)));
        var fields = new Dictionary<string, Cell>(header.Count);
        for (var at = 0; at < header.Count; at++)
        {
            if (Decode(record.Fields[at]) is not { } value)
            {
                return new(
                    record.Line,
                    raw,
                    null,
                    new(DeadLetterReasons.NotUtf8, $"'{header[at]}' is not UTF-8 (if the whole file is in another encoding, say --encoding)"));
            }

            fields[header[at]] = new(value);
        }
        return new(record.Line, raw, fields, null);
    }

    private static string Width(int fields, IReadOnlyList<string> header, char separator) =>
        $"it has {fields} field{(fields == 1 ? "" : "s")} and the header {header.Count} ({string.Join(", ", header.Take(MaxNamed))}{(header.Count > MaxNamed ? ", …" : "")}); "
        + (fields > header.Count
            ? $"a field that holds '{Separators.Name(separator)}' must stand in quotes"
            : $"'{header[fields]}' is missing");

    private static string? Decode(string latin1) => Ascii.IsValid(latin1) ? latin1 : Utf8.TryDecode(Encoding.Latin1.GetBytes(latin1));
}
