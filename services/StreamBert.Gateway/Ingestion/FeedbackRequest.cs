using System.ComponentModel;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Holds feedback as a client sends it.</summary>
public sealed record FeedbackRequest
{
    /// <summary>The id of the text.</summary>
    [AcceptsScalar, Description("The id of the classified text.")]
    public required string Id { get; init; }

    /// <summary>The pipeline.</summary>
    [Description("The pipeline; default: the one of the stored prediction.")]
    public string? Pipeline { get; init; }

    /// <summary>The head.</summary>
    [Description("The head that the label belongs to, such as sentiment.")]
    public required string Head { get; init; }

    /// <summary>The label.</summary>
    [AcceptsScalar, Description("The correct label.")]
    public required string Label { get; init; }

    /// <summary>The annotator.</summary>
    [AcceptsScalar, Description("The person who gives the feedback; default: the actor of the request.")]
    public string? Annotator { get; init; }

    /// <summary>The text.</summary>
    [Description("The text; needed only if its prediction is no longer stored.")]
    public string? Text { get; init; }
}
