using System.Text;
using CsCheck;
using StreamBert.Cli.Files.Csv;
using StreamBert.Cli.Files.Rows;

namespace StreamBert.Tests.Cli.Files.Csv;

public sealed class CsvRowsTests
{
    [Fact]
    public void An_unclosed_quote_invalidates_only_its_row()
    {
        var rows = Rows("id,text\n1,\"Oil falls\n2,Gold rises\n3,\"Zinc, too\"\n4,\"two\nlines\"\n");

        Assert.Equal([null, "Gold rises", "Zinc, too", "two\nlines"], Texts(rows));
        Assert.Equal([2, 3, 4, 5], rows.Select(static row => row.Line));
        Assert.Contains("never closed", rows[0].Fault!.Detail, StringComparison.Ordinal);
        Assert.Equal("1,\"Oil falls", Encoding.UTF8.GetString(rows[0].Raw));
    }

    [Fact]
    public void An_unclosed_quote_at_the_end_invalidates_only_its_row() =>
        Assert.Equal([null, "Gold rises", "Zinc"], Texts(Rows("id,text\r\n1,\"Oil falls\r\n2,Gold rises\r\n3,Zinc")));

    [Fact]
    public void Text_after_a_closing_quote_invalidates_only_its_row()
    {
        var rows = Rows("id,text\n1,\"Oil\" falls\n2,\"two\nlines\" and more\n3,Gold\n");

        Assert.Equal([null, null, "Gold"], Texts(rows));
        Assert.Equal([2, 3, 5], rows.Select(static row => row.Line));
        Assert.All(rows[..2], static row => Assert.Contains("text follows", row.Fault!.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public void A_quote_in_an_unquoted_field_is_a_literal_quote() =>
        Assert.Equal(["a 5\" disk", "he said \"no\" to it"], Texts(Rows("id,text\n1,a 5\" disk\n2,he said \"no\" to it\n")));

    [Fact]
    public void Lines_may_end_in_CR_alone() => Assert.Equal(["Oil", "Gold"], Texts(Rows("id,text\r1,Oil\r2,Gold\r")));

    [Fact]
    public void A_NUL_is_an_ordinary_character() => Assert.Equal(["a\0b"], Texts(Rows("id,text\n1,a\0b\n")));

    [Fact]
    public void Blank_lines_are_skipped() => Assert.Equal([2, 5], Rows("id,text\n1,Oil\n\n\n2,Gold\n\n").Select(static row => row.Line));

    [Fact]
    public void A_line_of_spaces_is_a_row_only_in_a_file_with_one_column()
    {
        Assert.Equal(["Oil", "Gold", " "], Texts(Rows("id,text\n1,Oil\n   \n2,Gold\n , \n \t\n")));
        Assert.Equal(["Oil", "  "], Texts(Rows("text\nOil\n  \n")));
    }

    [Fact]
    public void Duplicate_column_names_are_refused() =>
        Assert.Contains(
            "two columns 'text'",
            Assert.Throws<InvalidDataException>(static () => Rows("text, text\na,b\n")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Without_a_header_the_first_row_is_a_row()
    {
        var rows = CsvRows.Read(Stream("1,Oil\n2,Gold\n"), ',', hasHeader: false).ToList();

        Assert.Equal(["Oil", "Gold"], rows.Select(static row => row.Fields!["column2"].Value));
    }

    /// <summary>Checks that no character is lost, and none belongs to two rows.</summary>
    [Fact]
    public void The_records_of_any_file_are_its_lines_in_order() => Gen.String[Gen.Char["ab,;\"\"\n\r "], 0, 60].Sample(static content =>
    {
        using var records = new CsvRecordReader(new MemoryStream(Encoding.Latin1.GetBytes(content)), ',');
        var at = 0;
        foreach (var record in records.Read())
        {
            var between = content.IndexOf(record.Raw, at, StringComparison.Ordinal) - at;
            Assert.True(content.AsSpan(at, between).IndexOfAnyExcept("\r\n") < 0, $"{record} begins elsewhere than at {at}");
            Assert.Equal(Lines(content[..(at + between)]), record.Line);
            at += between + record.Raw.Length;
        }
        Assert.True(content.AsSpan(at).IndexOfAnyExcept("\r\n") < 0, "the end was lost");
    }, iter: 20_000);

    private static int Lines(string before)
        => before.Replace("\r\n", "\n", StringComparison.Ordinal).Count(static c => c is '\n' or '\r') + 1;

    private static List<RawRow> Rows(string content) => [.. CsvRows.Read(Stream(content), ',', hasHeader: true)];

    private static MemoryStream Stream(string content) => new(Encoding.UTF8.GetBytes(content));

    private static IEnumerable<string?> Texts(IEnumerable<RawRow> rows) => rows.Select(static row => row.Fields?["text"].Value);
}
