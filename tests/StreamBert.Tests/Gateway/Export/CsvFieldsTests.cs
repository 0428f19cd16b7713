using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using StreamBert.Gateway.Export;

namespace StreamBert.Tests.Gateway.Export;

public sealed class CsvFieldsTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a, b", "\"a, b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30 1234", "'+49 30 1234")]
    [InlineData("-5 % in May", "'-5 % in May")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("  =cmd|' /C calc'!A0", "'  =cmd|' /C calc'!A0")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("=HYPERLINK(\"http://a\",\"b\")", "\"'=HYPERLINK(\"\"http://a\"\",\"\"b\"\")\"")]
    public void A_text_is_quoted_where_necessary_and_never_a_formula(string text, string expected) =>
        Assert.Equal(expected, CsvFields.Escape(text));

    [Fact]
    public void Every_text_is_read_back_as_it_was_apart_from_the_apostrophe()
    {
        string[] texts = ["", "a", "a,b", "a\"b", "\"", "a\r\nb", "ä 漢字", "=a", "-", " x "];
        using var reader = new StringReader(string.Join(',', texts.Select(CsvFields.Escape)) + "\r\n");
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture));

        Assert.True(parser.Read());
        Assert.Equal(["", "a", "a,b", "a\"b", "\"", "a\r\nb", "ä 漢字", "'=a", "'-", " x "], parser.Record!);
    }
}
