using System.Text;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Tests.Gateway.Http.Requests;

/// <summary>Tests that rows of CSV are read as objects with the names of the header.</summary>
public sealed class CsvBodyParserTests
{
    [Theory]
    [InlineData("id,head,label,text\nn-1,sentiment,1,\"oil, \"\"crude\"\"\"\n")]
    [InlineData("id;head;label;text\r\nn-1;sentiment;1;\"oil, \"\"crude\"\"\"\r\n")]
    [InlineData("\uFEFFid\thead\tlabel\ttext\nn-1\tsentiment\t1\t\"oil, \"\"crude\"\"\"")]
    public void Rows_become_objects_whatever_the_separator(string csv)
    {
        var feedback = Assert.Single(Parse(csv)).Value;

        Assert.Equal(
            ("n-1", "sentiment", "1", "oil, \"crude\"", null),
            (feedback.Id, feedback.Head, feedback.Label, feedback.Text, feedback.Annotator));
    }

    [Fact]
    public void Unknown_columns_are_listed_and_empty_fields_are_missing()
    {
        var item = Assert.Single(Parse("id,label,weather,annotator\nn-1,good,rain,\n"));

        Assert.Equal(["weather"], item.IgnoredFields);
        Assert.Null(item.Value.Annotator);
    }

    [Theory]
    [InlineData("id,label\nn-1,good\nn-2\n", "[1] (line 3) has 1 fields, but the header has 2")]
    [InlineData("id,label,id\nn-1,good,n-2\n", "'id' twice")]
    [InlineData("id,label\nn-1,go\"od\"\n", "not valid CSV at line 2")]
    [InlineData("id,labell\nn-1,good\n", "label")]
    public void A_file_that_is_no_table_is_refused_with_the_place(string csv, string reason) =>
        Assert.Contains(reason, Assert.Throws<ApiException>(() => Parse(csv)).Message, StringComparison.Ordinal);

    [Fact]
    public void Other_encodings_are_refused() =>
        Assert.Throws<ApiException>(
            () => CsvBodyParser.Parse<FeedbackRequest>(Encoding.Latin1.GetBytes("id,label\nn-1,schön\n")).ToList());

    [Fact]
    public void A_row_with_a_fault_does_not_affect_the_others_but_the_rest_after_a_quote_that_is_not_closed()
    {
        const string Csv = "id,label\nn-1,good\nn-2\nn-3,bad\nn-4,go\"od\"\nn-5,good\n";

        var rows = CsvBodyParser.ParseRows<FeedbackRequest>(Encoding.UTF8.GetBytes(Csv)).ToList();

        Assert.Equal([2, 3, 4, 5], rows.Select(static row => row.Line));
        Assert.Equal(["n-1", null, "n-3", null], rows.Select(static row => row.Item?.Value.Id));
        Assert.Contains("has 1 fields", rows[1].Fault!.Message, StringComparison.Ordinal);
        Assert.Contains("not valid CSV at line 5", rows[3].Fault!.Message, StringComparison.Ordinal);
    }

    private static List<ParsedItem<FeedbackRequest>> Parse(string csv) =>
        [.. CsvBodyParser.Parse<FeedbackRequest>(Encoding.UTF8.GetBytes(csv))];
}
