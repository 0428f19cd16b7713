using System.ComponentModel;
using System.Text.Json.Serialization;

namespace StreamBert.Gateway.Ingestion;

/// <summary>A person's verdict as a client sends it.</summary>
public sealed record FeedbackRequest
{
    [AcceptsScalar, Description("The id of the classified text.")]
    public required string Id { get; init; }

    [Description("The pipeline; default: that of the stored prediction.")]
    public string? Pipeline { get; init; }

    [Description("The head that the verdict is about, such as sentiment.")]
    public required string Head { get; init; }

    [AcceptsScalar, Description("The right label.")]
    public required string Label { get; init; }

    [AcceptsScalar, Description("Who says so; default: anonymous.")]
    public string? Annotator { get; init; }

    [Description("The text; needed only where its prediction is not stored any more.")]
    public string? Text { get; init; }
}
