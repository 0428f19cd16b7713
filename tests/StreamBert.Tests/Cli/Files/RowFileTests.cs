using System.IO.Compression;
using System.Text;
using CsCheck;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;

namespace StreamBert.Tests.Cli.Files;

public sealed class RowFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-files-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Quoted_fields_keep_commas_quotes_and_line_breaks()
    {
        var rows = Rows("a.csv", "id,text\n1,\"a, \"\"b\"\"\nc\"\n2,plain\n");

        Assert.Equal(["a, \"b\"\nc", "plain"], rows.Select(static row => row.Fields!["text"].Value));
        Assert.Equal([1, 2], rows.Select(static row => row.Number));
    }

    [Fact]
    public void A_row_that_is_not_UTF8_keeps_its_bytes_and_does_not_affect_others()
    {
        byte[] content = [.. "text\ngood\n"u8, (byte)'b', 0xC3, 0x28, .. "\nfine é\n"u8];

        var rows = Rows("a.csv", content);

        Assert.Equal(["good", null, "fine é"], rows.Select(static row => row.Fields?["text"].Value));
        Assert.Equal([(byte)'b', 0xC3, 0x28], rows[1].Content.Raw);
        Assert.Contains("UTF-8", rows[1].Fault!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_written_according_to_RFC_4180_are_read_back() =>
        Gen.Select(Gen.String[Gen.Char[" aé,\"\n\r;x漢"], 0, 12], Gen.String[Gen.Char["ab,\"\n "], 1, 8]).List[1, 6].Sample(written =>
        {
            var csv = "one,two\r\n" + string.Concat(written.Select(static row => $"{Quote(row.Item1)},{Quote(row.Item2)}\r\n"));

            Assert.Equal(written, Rows("r.csv", csv).Select(static row => (row.Fields!["one"].Value!, row.Fields!["two"].Value!)));
        }, iter: 300, threads: 1); // one file, one writer

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_first_column() =>
        Assert.Equal(["text", "label"], Open("a.csv", "\uFEFFtext,label\nx,1\n").Columns);

    [Fact]
    public void A_row_with_another_number_of_fields_than_the_header_is_invalid_and_does_not_affect_others()
    {
        var rows = Rows("a.csv", "id,text,label\n1,Oil fell, OPEC said, on Monday,negative\n2,Profit rose,positive\n3,short\n");

        Assert.Equal([null, "Profit rose", null], rows.Select(static row => row.Fields?["text"].Value));
        Assert.Equal(("bad-row", "row 1 (line 2)"), (rows[0].Fault!.Reason, rows[0].Location));
        Assert.Contains("5 fields and the header 3 (id, text, label)", rows[0].Fault!.Detail, StringComparison.Ordinal);
        Assert.Contains("'label' is missing", rows[2].Fault!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Nested_JSON_fields_become_paths_and_invalid_lines_become_faults()
    {
        var rows = Rows("a.jsonl", "{\"a\":{\"b\":\"x\"},\"n\":3,\"l\":[1]}\n\nnot json\n[1]\n{\"a\":\"\\ud800\"}\n");

        Assert.Equal("x", rows[0].Fields!["a.b"].Value);
        Assert.Equal(("3", "[1]"), (rows[0].Fields!["n"].Value!, rows[0].Fields!["l"].Value!));
        Assert.All(rows[1..3], static row => Assert.NotNull(row.Fault));
        Assert.Equal("not json", Encoding.UTF8.GetString(rows[1].Content.Raw));
        Assert.Equal("\uFFFD", rows[3].Fields!["a"].Value);
        Assert.Equal(4, rows.Count);
    }

    [Fact]
    public void A_gzip_file_is_decompressed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write("text\nhello\n"u8);

        Assert.Equal("hello", Rows("a.csv.gz", packed.ToArray())[0].Fields!["text"].Value);
    }

    [Fact]
    public void Every_line_of_plain_text_is_a_text_including_empty_lines() =>
        Assert.Equal(["a", "", "b"], Rows("a.txt", "a\r\n\nb").Select(static row => row.Fields!["text"].Value));

    [Theory]
    [InlineData("label,utterance", "utterance")]
    [InlineData("Title,body", "Title")]
    [InlineData("message.text,id", "message.text")]
    public void The_text_column_is_detected_by_its_name(string header, string expected) =>
        Assert.Equal(
            expected,
            Open("a.csv", $"{header}\n{string.Join(',', header.Split(',').Select(static _ => "x"))}\n").FindTextColumn(null));

    [Fact]
    public void If_the_text_column_cannot_be_detected_the_message_lists_the_columns()
    {
        var file = Open("a.csv", "x,y\n1,2\n");

        Assert.Contains("x, y", Assert.Throws<CliException>(() => file.FindTextColumn(null)).Message, StringComparison.Ordinal);
        Assert.Contains("--no-header", Assert.Throws<CliException>(() => file.FindTextColumn(null)).Message, StringComparison.Ordinal);
        Assert.Contains("'z'", Assert.Throws<CliException>(() => file.FindTextColumn("z")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_unsupported_file_is_refused()
    {
        Assert.Throws<CliException>(() => RowFile.Open(Path.Combine(_directory, "none.csv"), allowPlainText: true));
        Assert.Throws<CliException>(() => Open("a.xlsx", "x"));
    }

    private RowFile Open(string name, string content) => Open(name, Encoding.UTF8.GetBytes(content), allowPlainText: false);

    private RowFile Open(string name, byte[] content, bool allowPlainText, FileDialect? dialect = null)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, content);
        return RowFile.Open(path, allowPlainText, dialect);
    }

    private List<Row> Rows(string name, string content) => Rows(name, Encoding.UTF8.GetBytes(content));

    private List<Row> Rows(string name, byte[] content) => [.. Open(name, content, allowPlainText: true).ReadRows()];

    private static string Quote(string field) => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
