using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using StreamBert.Cli.Files;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Files;

/// <summary>
/// Random tables, written as other programs and libraries write them: every row is a text or is reported, and every value is what was
/// written.
/// </summary>
public sealed class FileDialectTests : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(false);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Gen<string> Cells = Gen.String[Gen.Char["abc é漢;,|\t\"'\n\r{}[]\\:=@#\u00A0\u2028"], 0, 16];
    private readonly TempFolder _folder = new();
    private int _files;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Excel_with_semicolons_and_a_byte_order_mark()
        => Reads(".csv", static rows => [.. Encoding.UTF8.GetPreamble(), .. Utf8.GetBytes(Separated(rows, ';', "\r\n", QuoteWhereNeeded))]);

    [Fact]
    public void RFC_4180_with_all_fields_quoted()
        => Reads(".csv", static rows => Utf8.GetBytes(Separated(rows, ',', "\r\n", static (cell, _) => Quote(cell))));

    [Fact]
    public void Python_csv_with_quotes_where_needed() =>
        Reads(".csv", static rows => Utf8.GetBytes(Separated(rows, ',', "\n", QuoteWhereNeeded)));

    [Fact]
    public void Tabs() => Reads(".tsv", static rows => Utf8.GetBytes(Separated(rows, '\t', "\n", QuoteWhereNeeded)));

    [Fact]
    public void Bars_in_a_file_with_the_wrong_extension() =>
        Reads(".tsv", static rows => Utf8.GetBytes(Separated(rows, '|', "\r\n", QuoteWhereNeeded)));

    [Fact]
    public void Excel_as_Unicode_text() => Reads(
        ".csv",
        static rows => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Separated(rows, '\t', "\r\n", QuoteWhereNeeded))]);

    [Fact]
    public void UTF_16_big_endian_gzipped() => Reads(".csv.gz", static rows =>
        Gzip([.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode
            .GetBytes(Separated(rows, ';', "\n", QuoteWhereNeeded))]));

    [Fact]
    public void Pandas_JSON_lines()
        => Reads(".jsonl", static rows =>
            Utf8.GetBytes(string.Concat(rows.Select(static row => JsonSerializer.Serialize(Object(row)) + "\n"))));

    [Fact]
    public void Pretty_printed_JSON_array()
        => Reads(".json", static rows => Utf8.GetBytes(JsonSerializer.Serialize(rows.Select(Object), Indented)));

    [Fact]
    public void Minified_JSON_array_gzipped()
        => Reads(".json.gz", static rows => Gzip(Utf8.GetBytes(JsonSerializer.Serialize(rows.Select(Object), Unescaped))));

    [Fact]
    public void Pretty_printed_JSON_objects_as_jq_writes_them() =>
        Reads(
            ".json",
            static rows => Utf8.GetBytes(string.Concat(rows.Select(static row => JsonSerializer.Serialize(Object(row), Indented) + "\n"))));

    /// <summary>
    /// Bytes go missing, or are put in, anywhere: whatever is read, it is reported or it is a row; nothing hangs or fails otherwise.
    /// </summary>
    [Fact]
    public void Fields_without_required_quotes_are_reported_and_do_not_affect_other_rows() =>
        Gen.Select(Gen.String[Gen.Char["ab c,"], 1, 12], Gen.Bool).List[1, 8].Sample(rows =>
        {
            var content = "id,text\n"
                + string.Concat(rows.Select(static (row, at) => $"{at},{(row.Item2 ? Quote(row.Item1) : row.Item1)}\n"));

            var read = Open(".csv", Utf8.GetBytes(content)).ReadRows().ToList();

            Assert.Equal(rows.Count, read.Count);
            Assert.All(rows.Zip(read), static pair => Assert.Equal(
                pair.First.Item2 || !pair.First.Item1.Contains(',', StringComparison.Ordinal)
                    ? pair.First.Item1
                    : null, pair.Second.Fields?["text"].Value));
        }, iter: 200, threads: 1);

    private void Reads(string ending, Func<List<(string Text, string Label)>, byte[]> write) =>
        Gen.Select(Cells, Cells).List[1, 12].Sample(rows =>
        {
            var read = Open(ending, write(rows)).ReadRows().ToList();

            Assert.Equal(rows, read.Select(static row => (row.Fields?["text"].Value!, row.Fields?["the label"].Value!)));
            Assert.Equal(Enumerable.Range(1, rows.Count), read.Select(static row => (int)row.Number));
        }, iter: 150, threads: 1);

    private RowFile Open(string ending, byte[] content)
    {
        var path = _folder[$"{_files++}{ending}"];
        File.WriteAllBytes(path, content);
        return RowFile.Open(path, allowPlainText: false);
    }

    private static Dictionary<string, string> Object((string Text, string Label) row)
        => new() { ["text"] = row.Text, ["the label"] = row.Label };

    private static string Separated(
        IEnumerable<(string Text, string Label)> rows,
        char separator,
        string end,
        Func<string, char, string> quote) =>
        $"text{separator}the label{end}"
            + string.Concat(rows.Select(row => $"{quote(row.Text, separator)}{separator}{quote(row.Label, separator)}{end}"));

    private static string QuoteWhereNeeded(string cell, char separator)
        => cell.AsSpan().ContainsAny([separator, '"', '\r', '\n']) ? Quote(cell) : cell;

    private static string Quote(string cell) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }
}
