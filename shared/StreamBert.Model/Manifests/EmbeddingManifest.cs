using System.Text.Json.Serialization;

namespace StreamBert.Model.Manifests;

/// <summary>How the embedding of a text is computed, in <c>streambert.json</c>.</summary>
public sealed record EmbeddingManifest
{
    /// <summary>The value of <see cref="Pooling"/> for the hidden state of the first token, before the pooler.</summary>
    public const string ClsToken = "cls-token";

    /// <summary>The value of <see cref="Pooling"/> for the mean of the hidden states of all tokens.</summary>
    public const string Mean = "mean";

    /// <summary><see cref="ClsToken"/> or <see cref="Mean"/>.</summary>
    public string Pooling { get; init; } = Mean;

    /// <summary>Whether embeddings are divided by their Euclidean norm.</summary>
    public bool Normalized { get; init; } = true;

    /// <summary>Whether the pooling is one of the constants.</summary>
    [JsonIgnore]
    public bool IsValid => Pooling is ClsToken or Mean;
}
