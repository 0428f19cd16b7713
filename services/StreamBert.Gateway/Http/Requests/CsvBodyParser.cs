using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using CsvHelper;
using CsvHelper.Configuration;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Parses the rows of a CSV body as if each were a JSON object with the names of the header: unknown and misspelt names are reported as
/// those of objects are. An empty field is a missing one.
/// </summary>
internal static class CsvBodyParser
{
    private static readonly string[] Separators = [",", ";", "\t"];

    /// <exception cref="ApiException">The body is not CSV in UTF-8, or a row has another number of fields than the header.</exception>
    public static IEnumerable<ParsedItem<T>> Parse<T>(ReadOnlyMemory<byte> body) =>
        ParseRows<T>(body).Select(static row => row.Item ?? throw row.Fault!);

    /// <summary>Parses the rows one by one: a row with a fault does not affect the others, unless its end cannot be found.</summary>
    /// <exception cref="ApiException">The body is not UTF-8, or a column has the name of another.</exception>
    public static IEnumerable<CsvRow<T>> ParseRows<T>(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
            throw ApiException.Invalid("The body is not UTF-8; convert the file, or import it with 'streambert feedback import'.");
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true,
            DetectDelimiterValues = Separators,
        };
        using var reader = new StreamReader(new MemoryStream(body.ToArray()));
        using var parser = new CsvParser(reader, configuration);
        if (!Read(parser) || parser.Record is not { } columns)
            yield break;
        if (columns.GroupBy(static column => column).FirstOrDefault(static group => group.Count() > 1) is { } repeated)
            throw ApiException.Invalid($"The header names the column '{repeated.Key}' twice.");
        for (var index = 0; ; index++)
        {
            var (isRead, malformed) = TryRead(parser);
            if (malformed is not null)
                yield return new(parser.RawRow, null, malformed);
            if (!isRead)
                yield break;
            yield return ParseRow<T>(parser, columns, index);
        }
    }

    private static CsvRow<T> ParseRow<T>(CsvParser parser, string[] columns, int index)
    {
        try
        {
            if (parser.Record is not { } fields || fields.Length != columns.Length)
            {
                throw ApiException.Invalid($"[{index}] (line {parser.RawRow}) has {parser.Count} fields, but the header has "
                    + $"{columns.Length}.");
            }
            using var row = ToJson(columns, fields);
            return new(parser.RawRow, RequestItemParser.ParseItem<T>(row.RootElement, $"[{index}]"), null);
        }
        catch (ApiException fault)
        {
            return new(parser.RawRow, null, fault);
        }
    }

    private static (bool IsRead, ApiException? Malformed) TryRead(CsvParser parser)
    {
        try
        {
            return (Read(parser), null);
        }
        catch (ApiException malformed)
        {
            return (false, malformed);
        }
    }

    private static bool Read(CsvParser parser)
    {
        try
        {
            return parser.Read() && parser.Record is not null; // fields are parsed, and may be found to be wrong, when they are read
        }
        catch (CsvHelperException)
        {
            throw ApiException.Invalid(
                $"The body is not valid CSV at line {parser.RawRow}: a quote inside a field must be written twice, in a field in quotes.");
        }
    }

    private static JsonDocument ToJson(string[] columns, string[] fields)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (column, field) in columns.Zip(fields).Where(static cell => cell.Second.Length > 0))
                writer.WriteString(column, field);
            writer.WriteEndObject();
        }
        return JsonDocument.Parse(json.ToArray());
    }
}
