using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Model.Manifests;

/// <summary>The content of <c>streambert.json</c>: what a package defines beyond the files of the Hugging Face layout.</summary>
public sealed record PackageManifest
{
    /// <summary>The version of the file format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The version of the model.</summary>
    public required string Version { get; init; }

    /// <summary>The version that the model was trained from; null if there is none.</summary>
    public string? Parent { get; init; }

    /// <summary>
    /// The licence of the weights, as an SPDX identifier, which also holds for what is trained from them; null if it is unknown.
    /// </summary>
    public string? License { get; init; }

    /// <summary>
    /// The package whose weights an adapter of this package adapts; null if this package has the weights of its encoder itself.
    /// </summary>
    public BaseManifest? Base { get; init; }

    /// <summary>The heads of the model.</summary>
    public required IReadOnlyList<HeadManifest> Heads { get; init; }

    /// <summary>The labels by head, of the heads that classify whole texts.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> LabelsByHead => Heads
        .Where(static head => head.Task != HeadTask.TokenClassification).ToDictionary(static head => head.Name, static head => head.Labels);

    /// <summary>The longest input in tokens, special tokens included.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Whether texts are lower-cased, if the tokenizer's files do not define it.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>
    /// Whether every web address becomes the token <c>[URL]</c>: its path carries no information and takes a dozen tokens.
    /// </summary>
    public bool CollapseUrls { get; init; }

    /// <summary>The SHA-256 of the weights, as <c>ModelPackage.HashWeights</c> returns it; null if unknown.</summary>
    public string? Sha256 { get; init; }

    /// <summary>
    /// The languages that the model was trained on, as BCP 47 tags such as <c>en</c>; empty if they are unknown: then no text is reported
    /// as one in a foreign language.
    /// </summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>How embeddings of texts are computed; null: the normalized mean of all tokens.</summary>
    public EmbeddingManifest? Embedding { get; init; }

    /// <summary>What was trained on and what was kept out of it, by stage; empty if it is unknown.</summary>
    public IReadOnlyList<TrainingStage> Training { get; init; } = [];

    /// <summary>What precisions other than float32 cost, by their names; empty if it was not measured.</summary>
    public IReadOnlyDictionary<string, PrecisionReport> Precisions { get; init; } = new Dictionary<string, PrecisionReport>();

    /// <summary>The evaluation reports on the test sets.</summary>
    public IReadOnlyList<ClassificationReport> Reports { get; init; } = [];
}
