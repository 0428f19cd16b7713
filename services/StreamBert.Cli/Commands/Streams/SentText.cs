using System.Text.Json.Serialization;

namespace StreamBert.Cli.Commands.Streams;

/// <summary>A text as the API takes it.</summary>
internal sealed record SentText
{
    /// <summary>Where the text comes from.</summary>
    [JsonIgnore]
    public string Location { get; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    public required string Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subject { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OccurredAt { get; init; }
}
