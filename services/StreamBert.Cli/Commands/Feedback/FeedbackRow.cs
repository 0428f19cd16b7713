using System.Text.Json.Serialization;
using StreamBert.Cli.Files.Rows;
using StreamBert.Contracts;

namespace StreamBert.Cli.Commands.Feedback;

/// <summary>Feedback of one row, as the API takes it.</summary>
internal sealed record FeedbackRow
{
    /// <summary>Where the row is in the file.</summary>
    [JsonIgnore]
    public string Location { get; init; } = "";

    public required string Id { get; init; }

    public string? Pipeline { get; init; }

    public required string Head { get; init; }

    public required string Label { get; init; }

    public string? Annotator { get; init; }

    public string? Text { get; init; }

    /// <summary>Reads a row. A text without an id is given one by its hash, so that a repeated import replaces its own labels.</summary>
    /// <returns>The feedback, or what is wrong with the row.</returns>
    public static (FeedbackRow? Feedback, string? Fault) Read(Row row, FeedbackColumns columns, string? pipeline)
    {
        if (row.Fields is null)
            return (null, row.Fault!.Detail);
        var (id, text) = (row.GetOptional(columns.Id), row.GetOptional(columns.Text));
        if (id is null && text is null)
            return (null, columns.Text is null ? $"'{columns.Id}' is empty" : $"'{columns.Text}' is empty");
        var head = columns.Head is null ? columns.FixedHead : row.GetOptional(columns.Head);
        if (head is null)
            return (null, $"'{columns.Head}' is empty");
        return row.GetOptional(columns.Label) is not { } label ? (null, $"'{columns.Label}' is empty") : (new()
        {
            Location = row.Location,
            Id = id ?? FeedbackTextId.Of(text!),
            Pipeline = pipeline,
            Head = head,
            Label = label,
            Annotator = row.GetOptional(columns.Annotator),
            Text = text,
        }, null);
    }
}
