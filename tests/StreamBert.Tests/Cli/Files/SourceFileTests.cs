using System.IO.Compression;
using System.Text;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Files;

public sealed class SourceFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Gzip_data_truncated_at_any_byte_is_refused()
    {
        var whole = Gzip("text\n" + string.Concat(Enumerable.Range(0, 50).Select(static n => $"text {n * 7919 % 1000}\n")));
        byte[] twice = [.. whole, .. whole];

        for (var length = 0; length < twice.Length; length++)
        {
            if (length != whole.Length)
                Assert.Contains("'", Refusal("cut.csv.gz", twice[..length], "truncated"), StringComparison.Ordinal);
        }

        Assert.Equal(50, Open("whole.csv.gz", whole).ReadRows().Count());
    }

    [Fact]
    public void Damaged_gzip_data_is_distinguished_from_truncated_data()
    {
        var packed = Gzip("text\nOil falls\n");
        packed[^6] ^= 1;

        Refusal("damaged.csv.gz", packed, "damaged");
    }

    [Fact]
    public void Concatenated_gzip_members_are_one_file()
    {
        byte[] both = [.. Gzip("text\nOil falls\n"), .. Gzip("Gold rises\n")];

        Assert.Equal(["Oil falls", "Gold rises"], Texts(Open("both.csv.gz", both)));
    }

    [Fact]
    public void Other_bytes_after_gzip_data_are_refused()
    {
        byte[] whole = Gzip("text\nOil falls\n"), damagedHeader = Gzip("Gold rises\n");
        damagedHeader[0] ^= 1;

        Refusal("appended.csv.gz", [.. whole, .. "Gold rises\n"u8], "bytes that are not gzip data follow");
        Refusal("one-byte.csv.gz", [.. whole, 1], "bytes that are not gzip data follow");
        Refusal("second.csv.gz", [.. whole, .. damagedHeader], "bytes that are not gzip data follow");
        Refusal("late.csv.gz", [.. whole, .. whole, .. new byte[100_000], 1], "bytes that are not gzip data follow");
    }

    [Fact]
    public void Gzip_is_detected_by_the_first_bytes_and_not_by_the_name()
    {
        var (packed, plain) = (Open("a.csv", Gzip("text\nOil falls\n")), Open("b.csv.gz", "text\nGold rises\n"u8.ToArray()));

        Assert.Equal(["Oil falls", "gzipped"], [.. Texts(packed), .. packed.Deviations]);
        Assert.Equal(["Gold rises", "not gzipped"], [.. Texts(plain), .. plain.Deviations]);
    }

    [Theory]
    [InlineData("utf-16le", "UTF-16 LE")]
    [InlineData("utf-16be", "UTF-16 BE")]
    [InlineData("utf-32", "UTF-32 LE")]
    public void The_encoding_is_detected_from_a_byte_order_mark(string name, string shown)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] content = [.. encoding.GetPreamble(), .. encoding.GetBytes("text;label\nÖl fällt 漢;negative\n")];

        var file = Open("a.csv", content);

        Assert.Equal(["Öl fällt 漢"], Texts(file));
        Assert.Equal($"CSV separated by ';', {shown}", file.Format);
        Assert.Equal(["Öl fällt 漢"], Texts(Open("b.csv.gz", Gzip(content))));
    }

    [Fact]
    public void Windows_1252_is_refused_with_the_option_that_reads_it()
    {
        var content = Latin("text\nCaf\u00E9 au lait \u0096 5 \u00A3\n");

        Assert.Contains("--encoding windows-1252", Refusal("a.csv", content, "not UTF-8"), StringComparison.Ordinal);
        Assert.Contains("--encoding windows-1252", Refusal("a.txt", content, "not UTF-8"), StringComparison.Ordinal);
        Assert.Equal(["Café au lait – 5 £"], Texts(Open("b.csv", content, new(Encoding: "windows-1252"))));
        Assert.Equal("not-utf8", Open("c.csv", content, new(Encoding: "utf-8")).ReadRows().Single().Fault!.Reason);
    }

    [Fact]
    public void An_invalid_row_in_UTF8_is_not_detected_as_Windows_1252() =>
        Assert.Equal(
            [null, "fine"],
            Open("a.csv", [.. "text\ncaf"u8, 0xC3, .. "\nfine\n"u8]).ReadRows().Select(static row => row.GetOptional("text")));

    [Fact]
    public void UTF_16_without_a_byte_order_mark_is_refused_with_the_option_that_reads_it()
    {
        var content = Encoding.Unicode.GetBytes("text\nOil falls\n");

        Assert.Contains("--encoding utf-16le", Refusal("a.csv", content, "NUL bytes"), StringComparison.Ordinal);
        Assert.Equal(["Oil falls"], Texts(Open("a.csv", content, new(Encoding: "utf-16le"))));
    }

    [Fact]
    public void An_unpaired_surrogate_in_UTF_16_becomes_U_FFFD_with_a_note()
    {
        byte[] content = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("text\nOil "), 0x3D, 0xD8, .. Encoding.Unicode.GetBytes("\nfine\n")];

        var rows = Open("a.csv", content).ReadRows().ToList();

        Assert.Equal(["Oil \uFFFD", "fine"], rows.Select(static row => row.GetOptional("text")));
        Assert.NotNull(rows[0].Content.Note);
        Assert.Null(rows[1].Content.Note);
    }

    [Theory]
    [InlineData("PK\u0003\u0004", "Excel")]
    [InlineData("PAR1", "Parquet")]
    public void Binary_files_are_refused_with_the_name_of_their_format(string first, string name)
        => Refusal("a.csv", Encoding.ASCII.GetBytes(first + "rest"), name);

    [Fact]
    public void An_encoding_that_does_not_exist_or_contradicts_the_mark_is_refused()
    {
        Assert.Contains(
            "--encoding klingon",
            Assert.Throws<CliException>(() => Open("a.csv", "text\nx\n"u8.ToArray(), new(Encoding: "klingon"))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "UTF-16 LE",
            Assert.Throws<CliException>(() => Open("a.csv", [0xFF, 0xFE, (byte)'x', 0], new(Encoding: "windows-1252"))).Message,
            StringComparison.Ordinal);
    }

    private string Refusal(string name, byte[] content, string said)
    {
        var message = Assert.Throws<CliException>(() => Open(name, content).ReadRows().Count()).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.Contains(name, message, StringComparison.Ordinal);
        return message;
    }

    private RowFile Open(string name, byte[] content, FileDialect? dialect = null)
    {
        File.WriteAllBytes(_folder[name], content);
        return RowFile.Open(_folder[name], allowPlainText: false, dialect);
    }

    private static List<string?> Texts(RowFile file) => [.. file.ReadRows().Select(static row => row.GetOptional("text"))];

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }
}
