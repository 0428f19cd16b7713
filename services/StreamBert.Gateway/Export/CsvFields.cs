using System.Buffers;

namespace StreamBert.Gateway.Export;

/// <summary>Writes the texts of a CSV file (RFC 4180) so that a spreadsheet evaluates none of them.</summary>
internal static class CsvFields
{
    /// <summary>A field that begins with one of these is a formula to a spreadsheet.</summary>
    private const string FormulaStarts = "=+-@\t\r\n";

    /// <summary>What requires quotes.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create(",;\"\t\r\n");

    /// <summary>Quotes a text where necessary, and precedes what would be a formula by an apostrophe.</summary>
    public static string Escape(string text)
    {
        var start = text.AsSpan().TrimStart(' ');
        var safe = start.Length > 0 && FormulaStarts.Contains(start[0], StringComparison.Ordinal) ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(Special) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
