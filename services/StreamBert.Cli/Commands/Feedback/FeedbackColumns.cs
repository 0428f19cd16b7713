using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;

namespace StreamBert.Cli.Commands.Feedback;

/// <summary>Names the columns of a file of feedback.</summary>
/// <param name="Id">The column of the id; null: the id is made of the text.</param>
/// <param name="Text">The column of the text; null: the text is that of the prediction.</param>
/// <param name="Head">The column of the head; null: all rows are about <paramref name="FixedHead"/>.</param>
/// <param name="FixedHead">The head of all rows.</param>
/// <param name="Label">The column of the label.</param>
/// <param name="Annotator">The column of the annotator; null: the sender.</param>
internal sealed record FeedbackColumns(string? Id, string? Text, string? Head, string? FixedHead, string Label, string? Annotator)
{
    /// <summary>Finds the given columns, and those that were not given by their usual names.</summary>
    /// <exception cref="CliException">A given column does not exist, or one that is needed cannot be found.</exception>
    public static FeedbackColumns Find(RowFile file, string? id, string? text, string? head, string? label, string? annotator)
    {
        var ofId = file.RequireColumn(id, "--id") ?? file.FindColumn("id");
        var ofHead = file.FindColumn(head ?? "head");
        if (ofHead is null && head is null)
            throw new CliException($"'{file.Path}' has no column 'head'; give --head COLUMN or --head NAME, such as --head sentiment.");
        return new(
            ofId,
            text is null && ofId is not null ? null : file.FindTextColumn(text),
            ofHead,
            head,
            file.RequireColumn(label, "--label") ?? ColumnDetector.FindLabel(file.Columns, "label") ?? throw new CliException(
                $"The label column of '{file.Path}' cannot be detected; give --label COLUMN. Its columns are: "
                    + $"{RowFile.Join(file.Columns)}."),
            file.RequireColumn(annotator, "--annotator") ?? file.FindColumn("annotator"));
    }
}
