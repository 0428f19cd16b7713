using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Labelling;

/// <summary>A row of an uploaded file.</summary>
internal sealed record UploadedLabel
{
    [AcceptsScalar]
    public string? Id { get; init; }

    public string? Text { get; init; }

    public string? Head { get; init; }

    [AcceptsScalar]
    public string? Label { get; init; }

    /// <summary>Returns what is missing; null if nothing is.</summary>
    public string? FindFault(UploadScope scope) =>
        string.IsNullOrWhiteSpace(Label) ? "'label' is missing or empty."
        : string.IsNullOrEmpty(Id) && string.IsNullOrWhiteSpace(Text) ? "'id' and 'text' are missing or empty; one of them is needed."
        : Head is null && scope.Head is null ? "'head' is missing or empty." : null;

    /// <summary>Returns the feedback. A text without an id is given one by its hash.</summary>
    public FeedbackRequest ToRequest(UploadScope scope) => new()
    {
        Id = string.IsNullOrEmpty(Id) ? FeedbackTextId.Of(Text!) : Id,
        Pipeline = scope.Pipeline,
        Head = Head ?? scope.Head!,
        Label = Label!,
        Text = Text,
        Annotator = scope.Annotator,
    };
}
