using StreamBert.Cli.Commands.Feedback;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Feedback;

/// <summary>Tests how rows of a file become feedback.</summary>
public sealed class FeedbackRowTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_with_the_usual_names_are_found()
    {
        var read = Read("id,head,label,annotator\nn-1,sentiment,positive,anna\n", head: null);

        var (feedback, fault) = Assert.Single(read);
        Assert.Null(fault);
        Assert.Equal(
            ("n-1", "p", "sentiment", "positive", "anna", null),
            (feedback!.Id, feedback.Pipeline, feedback.Head, feedback.Label, feedback.Annotator, feedback.Text));
    }

    [Fact]
    public void A_head_that_is_no_column_is_that_of_all_rows_and_a_text_without_an_id_has_one_by_its_hash()
    {
        var read = Read("text,label\nOil falls,negative\nOil rises,positive\nOil falls,neutral\n", head: "sentiment");

        Assert.All(read, static row => Assert.Equal("sentiment", row.Feedback!.Head));
        Assert.Equal(["Oil falls", "Oil rises", "Oil falls"], read.Select(static row => row.Feedback!.Text));
        Assert.Equal(read[0].Feedback!.Id, read[2].Feedback!.Id);
        Assert.NotEqual(read[0].Feedback!.Id, read[1].Feedback!.Id);
    }

    [Fact]
    public void A_row_without_an_id_or_a_label_is_reported_and_the_others_are_read()
    {
        var read = Read("id,label\n,positive\nn-2,\nn-3,neutral\n", head: "sentiment");

        Assert.Equal(["'id' is empty", "'label' is empty", null], read.Select(static row => row.Fault));
    }

    [Fact]
    public void A_file_without_a_head_is_refused_with_what_to_give()
    {
        var failure = Assert.Throws<CliException>(() => Read("id,label\nn-1,positive\n", head: null));

        Assert.Contains("--head NAME", failure.Message, StringComparison.Ordinal);
    }

    private List<(FeedbackRow? Feedback, string? Fault)> Read(string csv, string? head)
    {
        File.WriteAllText(_folder["labels.csv"], csv);
        var file = RowFile.Open(_folder["labels.csv"], allowPlainText: false);
        var columns = FeedbackColumns.Find(file, null, null, head, null, null);
        return [.. file.ReadRows().Select(row => FeedbackRow.Read(row, columns, "p"))];
    }
}
