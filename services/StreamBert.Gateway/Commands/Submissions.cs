using System.ComponentModel;
using System.Text.Json.Serialization;

namespace StreamBert.Gateway.Commands;

/// <summary>Marks a field that clients may also send as a number, or as true or false: it is taken as it is written.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ScalarAttribute : Attribute;

/// <summary>A text as a client sends it.</summary>
public sealed record TextSubmission
{
    [Scalar, Description("Your own id, up to 1,024 bytes unless configured otherwise, or a number; without it one is made.")]
    public string? Id { get; init; }

    [Description("The text to classify.")]
    public required string Text { get; init; }

    [Description("The pipeline that reads it; default: the query's, else the first configured.")]
    public string? Pipeline { get; init; }

    [Scalar, Description("Where the text came from; default: api.")]
    public string? Source { get; init; }

    [Scalar, Description("Whom or what the text is about; texts of one subject stay in order.")]
    public string? Subject { get; init; }

    [Scalar, Description("BCP 47 tag of the language, where known.")]
    public string? Language { get; init; }

    [Description(
        "When the text was written: ISO 8601, RFC 2822 or a number since 1970, UTC without an offset; default: now. At most a day ahead.")]
    public DateTimeOffset? OccurredAt { get; init; }

    [Description("Free attributes: regions, channels, the groups of a fairness rule.")]
    public Dictionary<string, string>? Attributes { get; init; }

    /// <inheritdoc cref="StreamBert.Contracts.TextReceived.Notes"/>
    [JsonIgnore]
    public IReadOnlyList<string>? Notes { get; init; }
}

/// <summary>A person's verdict as a client sends it.</summary>
public sealed record FeedbackSubmission
{
    [Scalar, Description("The id of the classified text.")]
    public required string Id { get; init; }

    [Description("The pipeline; default: that of the stored prediction.")]
    public string? Pipeline { get; init; }

    [Description("The head that the verdict is about, such as sentiment.")]
    public required string Head { get; init; }

    [Scalar, Description("The right label.")]
    public required string Label { get; init; }

    [Scalar, Description("Who says so; default: anonymous.")]
    public string? Annotator { get; init; }

    [Description("The text; needed only where its prediction is not stored any more.")]
    public string? Text { get; init; }
}

/// <summary>A client's input is not valid. Nothing was written.</summary>
/// <param name="errors">Field (with its index where many were sent, such as <c>[3].label</c>) → what is wrong with it.</param>
public sealed class InvalidSubmissionException(IReadOnlyDictionary<string, string> errors)
    : Exception(string.Join(" ", errors.Select(static error => $"{error.Key}: {error.Value}")))
{
    public IReadOnlyDictionary<string, string> Errors { get; } = errors;
}

/// <summary>A text is longer than its pipeline takes.</summary>
public sealed class TextTooLargeException(string message) : Exception(message);
