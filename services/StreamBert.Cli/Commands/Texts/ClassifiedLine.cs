using System.Text.Json.Nodes;
using StreamBert.Contracts;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>
/// Represents an output line of <c>classify</c>. <see cref="Line"/> and <see cref="Error"/> are set only for a text that could not be read.
/// </summary>
internal sealed record ClassifiedLine
{
    public long? Line { get; init; }
    public string? Error { get; init; }

    /// <summary>A difference between the text as it was written and as it was read.</summary>
    public string? Note { get; init; }
    public string? Text { get; init; }

    /// <summary>The likely language of the text (ISO 639), if the model was not trained on it.</summary>
    public string? ForeignLanguage { get; init; }
    public IReadOnlyDictionary<string, HeadPrediction>? Heads { get; init; }
    public IReadOnlyList<Entity>? Entities { get; init; }
    public int? Tokens { get; init; }
    public bool? Truncated { get; init; }

    /// <summary>The token ids, with <c>--logits</c>.</summary>
    public IReadOnlyList<int>? Ids { get; init; }

    /// <summary>
    /// The logits of each head, with <c>--logits</c>: one number per label; for a token-classification head, one such array per token.
    /// </summary>
    public IReadOnlyDictionary<string, JsonArray>? Logits { get; init; }
}
