namespace StreamBert.Cli.Files;

/// <summary>Recognises the character between the fields of a separated file.</summary>
internal static class Separators
{
    private const int JudgedRows = 50;
    private static readonly char[] Known = [',', ';', '\t', '|'];

    public static string Name(char separator) => separator == '\t' ? "tab" : separator.ToString();

    /// <summary>
    /// The one that splits the header into several columns and most rows into as many; the usual one of such a file where several do, or
    /// none does.
    /// </summary>
    /// <param name="sample">The first of the file, as UTF-8.</param>
    /// <param name="isWhole">Whether there is no more; otherwise the last row of the sample may be cut.</param>
    public static char Of(byte[] sample, bool isWhole, char usual)
    {
        if (sample is [(byte)'s', (byte)'e', (byte)'p', (byte)'=', var said, (byte)'\r' or (byte)'\n', ..] && char.IsAscii((char)said))
            return (char)said;
        var judged = Known.OrderByDescending(separator => separator == usual)
            .Select(separator => (Separator: separator, Fit: Fit(sample, isWhole, separator)));
        var best = judged.MaxBy(static candidate => candidate.Fit);
        return best.Fit > 0 ? best.Separator : usual;
    }

    /// <summary>The share of rows that have as many fields as the first, which has several; 0 where it has one.</summary>
    private static double Fit(byte[] sample, bool isWhole, char separator)
    {
        using var records = new CsvRecords(new MemoryStream(sample), separator);
        var rows = records.Read().Take(JudgedRows).ToList();
        if (!isWhole && rows.Count < JudgedRows && rows.Count > 1)
            rows.RemoveAt(rows.Count - 1);
        if (rows.Count == 0 || rows[0].Fields.Length < 2)
            return 0;
        return (1.0 + rows.Skip(1).Count(row => row.Fields.Length == rows[0].Fields.Length)) / rows.Count;
    }
}
