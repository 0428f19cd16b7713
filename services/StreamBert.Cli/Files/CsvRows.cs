using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace StreamBert.Cli.Files;

/// <summary>
/// Rows of a CSV file with a header. It is parsed as Latin-1, which maps every byte to one character: quotes and commas are ASCII, so the
/// structure is the same as in UTF-8, each row's bytes can be had back exactly, and a row that is not UTF-8 spoils no other.
/// </summary>
internal static class CsvRows
{
    /// <summary>A longer field means that a quote was never closed.</summary>
    private const int MaxFieldChars = 64 * 1024 * 1024;

    /// <summary>More mean that it is no table of texts; and what the parser does for a field with a stray quote takes time by the length of its row.</summary>
    private const int MaxColumns = 1_000;

    private static readonly CsvConfiguration Rfc4180 = new(CultureInfo.InvariantCulture)
    {
        Mode = CsvMode.RFC4180,
        BadDataFound = null,
        MaxFieldSize = MaxFieldChars,
        IgnoreBlankLines = true,
    };

    public static IEnumerable<(byte[] Raw, IReadOnlyDictionary<string, string>? Fields, string? Fault)> Read(Stream content)
    {
        using var reader = new StreamReader(content, Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
        using var parser = new CsvParser(reader, Rfc4180);
        if (!parser.Read())
            yield break;
        var header = Header(parser);
        while (parser.Read())
            yield return Row(parser, header);
    }

    private static string[] Header(CsvParser parser)
    {
        if (parser.Count > MaxColumns)
            throw new InvalidDataException($"the header has {parser.Count:N0} columns, and {MaxColumns:N0} are read.");
        var names = parser.Record!.Select(static name => Utf8.TryDecode(Encoding.Latin1.GetBytes(name))
            ?? throw new InvalidDataException("the header is not UTF-8; save the file as UTF-8.")).ToArray();
        names[0] = names[0].TrimStart('\uFEFF').Trim('"');
        return [.. names.Select(static (name, at) => string.IsNullOrWhiteSpace(name) ? $"column{at + 1}" : name.Trim())];
    }

    private static (byte[] Raw, IReadOnlyDictionary<string, string>? Fields, string? Fault) Row(CsvParser parser, string[] header)
    {
        var raw = Encoding.Latin1.GetBytes(parser.RawRecord.TrimEnd('\r', '\n'));
        var fields = new Dictionary<string, string>(header.Length);
        for (var at = 0; at < Math.Min(header.Length, parser.Count); at++)
        {
            if (Utf8.TryDecode(Encoding.Latin1.GetBytes(parser[at])) is not { } value)
                return (raw, null, $"column '{header[at]}' is not UTF-8");
            fields[header[at]] = value;
        }
        return (raw, fields, null);
    }
}
