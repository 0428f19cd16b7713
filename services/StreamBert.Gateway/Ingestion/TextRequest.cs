using System.ComponentModel;
using System.Text.Json.Serialization;

namespace StreamBert.Gateway.Ingestion;

/// <summary>A text as a client sends it.</summary>
public sealed record TextRequest
{
    [AcceptsScalar, Description("Your own id, up to 1,024 bytes unless configured otherwise, or a number; without it one is made.")]
    public string? Id { get; init; }

    [Description("The text to classify.")]
    public required string Text { get; init; }

    [Description("The pipeline that reads it; default: the query's, else the first configured.")]
    public string? Pipeline { get; init; }

    [AcceptsScalar, Description("Where the text came from; default: api.")]
    public string? Source { get; init; }

    [AcceptsScalar, Description("Whom or what the text is about; texts of one subject stay in order.")]
    public string? Subject { get; init; }

    [AcceptsScalar, Description("BCP 47 tag of the language, where known.")]
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
