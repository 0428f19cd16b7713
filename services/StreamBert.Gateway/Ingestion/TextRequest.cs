using System.ComponentModel;
using System.Text.Json.Serialization;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Holds a text as a client sends it.</summary>
public sealed record TextRequest
{
    /// <summary>The id of the text.</summary>
    [AcceptsScalar, Description("Your own id, up to 1,024 bytes unless configured otherwise, or a number; default: a generated id.")]
    public string? Id { get; init; }

    /// <summary>The text.</summary>
    [Description("The text to classify.")]
    public required string Text { get; init; }

    /// <summary>The pipeline.</summary>
    [Description("The pipeline; default: the one of the query, else the first one.")]
    public string? Pipeline { get; init; }

    /// <summary>The source.</summary>
    [AcceptsScalar, Description("The source of the text; default: api.")]
    public string? Source { get; init; }

    /// <summary>The subject.</summary>
    [AcceptsScalar, Description("The person or thing that the text is about. Texts of one subject stay in order.")]
    public string? Subject { get; init; }

    /// <summary>The language.</summary>
    [AcceptsScalar, Description("The BCP 47 tag of the language, if known.")]
    public string? Language { get; init; }

    /// <summary>The event time.</summary>
    [Description("The time at which the text was written: ISO 8601, RFC 2822 or a number since 1970, UTC without an offset; default: "
        + "now. At most one day ahead.")]
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The attributes.</summary>
    [Description("Attributes of your own: regions, channels, the groups of a fairness rule.")]
    public Dictionary<string, string>? Attributes { get; init; }

    /// <inheritdoc cref="Contracts.TextReceived.Notes"/>
    [JsonIgnore]
    public IReadOnlyList<string>? Notes { get; init; }
}
