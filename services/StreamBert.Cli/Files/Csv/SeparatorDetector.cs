namespace StreamBert.Cli.Files.Csv;

/// <summary>Detects the character that separates the fields of a file.</summary>
internal static class SeparatorDetector
{
    private const int MaxSampledRows = 50;
    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    public static string Name(char separator) => separator == '\t' ? "tab" : separator.ToString();

    /// <summary>
    /// Returns the separator that splits the header into several columns and most rows into the same number. If several candidates do so,
    /// or none, it is the default separator.
    /// </summary>
    /// <param name="sample">The beginning of the file, as UTF-8.</param>
    /// <param name="isComplete">Whether the sample is the whole file; otherwise its last row may be truncated.</param>
    public static char Detect(byte[] sample, bool isComplete, char defaultSeparator)
    {
        if (sample is [(byte)'s', (byte)'e', (byte)'p', (byte)'=', var declared, (byte)'\r' or (byte)'\n', ..]
            && char.IsAscii((char)declared))
        {
            return (char)declared;
        }
        var best = Candidates.OrderByDescending(separator => separator == defaultSeparator)
            .Select(separator => (Separator: separator, Score: Score(sample, isComplete, separator)))
            .MaxBy(static candidate => candidate.Score);
        return best.Score > 0 ? best.Separator : defaultSeparator;
    }

    /// <summary>Returns the share of rows with as many fields as the first row; 0 if the first row has one field.</summary>
    private static double Score(byte[] sample, bool isComplete, char separator)
    {
        using var records = new CsvRecordReader(new MemoryStream(sample), separator);
        var rows = records.Read().Take(MaxSampledRows).ToList();
        if (!isComplete && rows.Count < MaxSampledRows && rows.Count > 1)
            rows.RemoveAt(rows.Count - 1);
        if (rows.Count == 0 || rows[0].Fields.Length < 2)
            return 0;
        return (1.0 + rows.Skip(1).Count(row => row.Fields.Length == rows[0].Fields.Length)) / rows.Count;
    }
}
