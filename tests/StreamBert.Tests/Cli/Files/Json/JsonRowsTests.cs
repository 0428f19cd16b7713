using System.Text;
using StreamBert.Cli.Files.Json;
using StreamBert.Cli.Files.Rows;

namespace StreamBert.Tests.Cli.Files.Json;

public sealed class JsonRowsTests
{
    [Theory]
    [InlineData("{\"text\":\"Oil\"}\n{\"text\":\"Gold\"}\n", "JSON Lines")]
    [InlineData("{\"text\":\"Oil\"}\r\n\r\n{\"text\":\"Gold\"}", "JSON Lines")]
    [InlineData("{\"text\":\"Oil\"}\r{\"text\":\"Gold\"}\r", "JSON Lines")]
    [InlineData("[{\"text\":\"Oil\"},{\"text\":\"Gold\"}]", "a JSON array")]
    [InlineData("\n[\n{\"text\":\"Oil\"},\n{\"text\":\"Gold\"}\n]\n", "a JSON array")]
    [InlineData("[\n  {\n    \"text\": \"Oil\"\n  },\n  {\n    \"text\": \"Gold\"\n  }\n]", "a JSON array")]
    [InlineData("{\n  \"text\": \"Oil\"\n}\n{\n  \"text\": \"Gold\"\n}\n", "JSON objects")]
    [InlineData("[\"Oil\", \"Gold\"]", "a JSON array")]
    [InlineData("\"Oil\"\n\"Gold\"\n", "JSON Lines")]
    public void Rows_are_read_however_they_are_written(string content, string form)
    {
        Assert.Equal(["Oil", "Gold"], Rows(content).Select(static row => row.Fields?["text"].Value));
        Assert.Equal(form, JsonRows.DescribeLayout(Encoding.UTF8.GetBytes(content)));
    }

    [Fact]
    public void A_malformed_element_of_a_pretty_printed_array_does_not_affect_others()
    {
        var rows = Rows("[\n  {\n    \"text\": \"Oil\n  },\n  {\n    \"text\": \"Gold\"\n  },\n  {\n    \"text\": [1}\n  },\n  {\n    "
            + "\"text\": nan\n  }\n]");

        Assert.Equal([null, "Gold", null, null], rows.Select(static row => row.Fields?["text"].Value));
        Assert.Equal([2, 5, 8, 11], rows.Select(static row => row.Line));
        Assert.All(rows.Where(static row => row.Fields is null), static row => Assert.Equal("not-json", row.Fault!.Reason));
    }

    [Theory]
    [InlineData("[{\"text\":\"Oil\"},{\"text\":\"Go", "truncated")]
    [InlineData("[{\"text\":\"Oil\"},{\"text\":\"Gold\"}", "truncated")]
    [InlineData("[{\"text\":\"Oil\"},", "truncated")]
    [InlineData("[{\"text\":\"Oil\"}] {}", "follows")]
    [InlineData("{\n\"text\":\"Oil\"\n}\n{\n\"text\":", "truncated")]
    public void A_truncated_array_is_refused(string content, string said) =>
        Assert.Contains(said, Assert.Throws<InvalidDataException>(() => Rows(content)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"text\":\"a\",\"text\":\"b\"}", "bad-field", "'text'")]
    [InlineData("{\"a.b\":1,\"a\":{\"b\":2}}", "bad-field", "'a.b'")]
    [InlineData("[1]\n[2]", "bad-field", "Array")]
    [InlineData("{\"text\":NaN}", "not-json", "'N'")]
    public void The_fault_of_an_invalid_row_describes_the_reason(string content, string reason, string said)
    {
        var fault = Rows(content)[0].Fault!;

        Assert.Equal(reason, fault.Reason);
        Assert.Contains(said, fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "missing-field", "no 'text'")]
    [InlineData("{\"text\":null}", "missing-field", "null")]
    [InlineData("{\"text\":[\"a\"]}", "bad-field", "array")]
    public void The_fault_of_a_row_without_a_text_describes_its_value(string content, string reason, string said)
    {
        var (value, fault) = new Row(1, Rows(content)[0], 0).GetRequired("text");

        Assert.Null(value);
        Assert.Equal(reason, fault!.Reason);
        Assert.Contains(said, fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\ud83d", "\uFFFD")]
    [InlineData("\\ude00 x", "\uFFFD x")]
    [InlineData("\\ud83d\\ud83d\\ude00", "\uFFFD😀")]
    [InlineData("\\ud83d\\u0041", "\uFFFDA")]
    public void An_unpaired_surrogate_becomes_U_FFFD_with_a_note(string written, string read)
    {
        var row = Rows($"{{\"text\":\"{written}\"}}")[0];

        Assert.Equal(read, row.Fields!["text"].Value);
        Assert.NotNull(row.Note);
    }

    [Fact]
    public void A_surrogate_pair_and_an_escaped_backslash_are_unchanged()
    {
        var row = Rows("{\"text\":\"\\ud83d\\ude00 \\\\ud83d\"}")[0];

        Assert.Equal("😀 \\ud83d", row.Fields!["text"].Value);
        Assert.Null(row.Note);
    }

    private static List<RawRow> Rows(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        return [.. JsonRows.Read(new MemoryStream(bytes), bytes)];
    }
}
