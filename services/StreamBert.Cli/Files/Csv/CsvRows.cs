using System.Text;
using StreamBert.Cli.Files.Encodings;
using StreamBert.Cli.Files.Rows;
using StreamBert.Contracts;

namespace StreamBert.Cli.Files.Csv;

/// <summary>
/// Reads the rows of a separated file. The header names the columns; without one they are named column1, column2 and so on.
/// </summary>
internal static class CsvRows
{
    private const int MaxShownColumns = 10;

    /// <summary>Reads the names of the columns.</summary>
    /// <exception cref="InvalidDataException">The header cannot be read, or contains a name twice.</exception>
    public static IReadOnlyList<string> ReadColumns(Stream content, char separator, bool hasHeader)
    {
        using var records = new CsvRecordReader(content, separator);
        var first = records.Read().FirstOrDefault(record => !IsSeparatorLine(record, separator));
        return first is null ? [] : GetColumns(first, hasHeader);
    }

    public static IEnumerable<RawRow> Read(Stream content, char separator, bool hasHeader)
    {
        using var records = new CsvRecordReader(content, separator);
        IReadOnlyList<string>? columns = null;
        foreach (var record in records.Read())
        {
            if (columns is null && IsSeparatorLine(record, separator))
                continue;
            var isHeader = columns is null && hasHeader;
            columns ??= GetColumns(record, hasHeader);
            if (!isHeader && !IsBlank(record, columns))
                yield return ToRow(record, columns, separator);
        }
    }

    /// <summary>Returns whether a line contains only spaces; in a file with one column such a line is a row.</summary>
    private static bool IsBlank(CsvRecord record, IReadOnlyList<string> columns) =>
        record.Fields.Length == 1 && columns.Count > 1 && string.IsNullOrWhiteSpace(record.Raw);

    /// <summary>Returns whether a record is the line <c>sep=;</c> that Excel writes before the header.</summary>
    private static bool IsSeparatorLine(CsvRecord record, char separator) => record.Line == 1 && record.Raw == $"sep={separator}";

    private static List<string> GetColumns(CsvRecord first, bool isHeader)
    {
        if (first.Fault is { } fault && isHeader)
            throw new InvalidDataException($"the header: {fault}.");
        if (first.Fields.Length > CsvRecordReader.MaxColumns)
        {
            throw new InvalidDataException(
                $"the first row has {first.Fields.Length:N0} columns; at most {CsvRecordReader.MaxColumns:N0} are supported.");
        }
        return isHeader
            ? RequireDistinct([.. first.Fields.Select(GetColumn)])
            : [.. first.Fields.Select(static (_, index) => DefaultColumn(index))];
    }

    private static string GetColumn(string field, int index)
    {
        var name = Decode(field) ?? throw new InvalidDataException("the header is not UTF-8; save the file as UTF-8, or give --encoding.");
        return string.IsNullOrWhiteSpace(name) ? DefaultColumn(index) : name.Trim();
    }

    private static string DefaultColumn(int index) => $"column{index + 1}";

    private static List<string> RequireDistinct(List<string> columns) =>
        columns.GroupBy(static column => column).FirstOrDefault(static group => group.Count() > 1)?.Key is not { } duplicate
            ? columns
            : throw new InvalidDataException(
                $"the header contains two columns '{duplicate}'; rename one of them. (If the first row is not a header, give "
                + "--no-header.)");

    private static RawRow ToRow(CsvRecord record, IReadOnlyList<string> columns, char separator)
    {
        var raw = Encoding.Latin1.GetBytes(record.Raw);
        if (record.Fault is not null || record.Fields.Length != columns.Count)
        {
            var fault = record.Fault ?? DescribeFieldCount(record.Fields.Length, columns, separator);
            return new(record.Line, raw, null, new(DeadLetterReasons.BadRow, fault));
        }
        var fields = new Dictionary<string, Cell>(columns.Count);
        for (var index = 0; index < columns.Count; index++)
        {
            if (Decode(record.Fields[index]) is not { } value)
            {
                var detail = $"'{columns[index]}' is not UTF-8 (if the whole file is in another encoding, give --encoding)";
                return new(record.Line, raw, null, new(DeadLetterReasons.NotUtf8, detail));
            }
            fields[columns[index]] = new(value);
        }
        return new(record.Line, raw, fields, null);
    }

    private static string DescribeFieldCount(int fields, IReadOnlyList<string> columns, char separator)
    {
        var names = string.Join(", ", columns.Take(MaxShownColumns)) + (columns.Count > MaxShownColumns ? ", …" : "");
        var cause = fields > columns.Count
            ? $"a field that contains '{SeparatorDetector.Name(separator)}' must be quoted"
            : $"'{columns[fields]}' is missing";
        return $"it has {fields} field{(fields == 1 ? "" : "s")} and the header {columns.Count} ({names}); {cause}";
    }

    private static string? Decode(string latin1) => Ascii.IsValid(latin1) ? latin1 : StrictUtf8.TryDecode(Encoding.Latin1.GetBytes(latin1));
}
