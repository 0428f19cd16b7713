using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Model.Packages;

/// <summary>What a head says about a text.</summary>
public static class HeadTask
{
    /// <summary>One of the labels: softmax.</summary>
    public const string SingleLabel = "single-label";

    /// <summary>Any number of the labels: a sigmoid each.</summary>
    public const string MultiLabel = "multi-label";

    /// <summary>Numbers, one a label name, without an activation.</summary>
    public const string Regression = "regression";

    /// <summary>One of the labels for every token, in the BIO scheme: named entities.</summary>
    public const string Tokens = "tokens";

    /// <summary>One of labels the model was not trained on, by a checkpoint that judges entailment: softmax over the labels.</summary>
    public const string ZeroShot = "zero-shot";

    /// <summary>The same, any number of the labels: entailment against contradiction for each.</summary>
    public const string ZeroShotMultiLabel = "zero-shot-multi-label";

    /// <summary>Whether labelled texts can train such a head here.</summary>
    public static bool LearnsFromLabels(string task) => task == SingleLabel;

    public static bool IsZeroShot(string task) => task is ZeroShot or ZeroShotMultiLabel;
}

/// <summary>How a head gets one vector from a text's tokens.</summary>
public static class Pooling
{
    /// <summary>The architecture's own: a dense layer and its activation on the first token.</summary>
    public const string Cls = "cls";

    /// <summary>A weighted mean of all tokens; the head learns one query vector for the weights (softmax).</summary>
    public const string Attention = "attention";

    /// <summary>None: the head reads every token.</summary>
    public const string None = "none";
}

/// <summary>A head as the package describes it.</summary>
public sealed record HeadManifest
{
    public required string Name { get; init; }

    [JsonConverter(typeof(LabelNames))]
    public required IReadOnlyList<string> Labels { get; init; }
    public string Task { get; init; } = HeadTask.SingleLabel;
    public string Pooling { get; init; } = Packages.Pooling.Attention;

    /// <summary>
    /// Of a zero-shot head: the sentence that a label makes in place of <c>{}</c>; <c>This example is {}.</c> if not given.
    /// </summary>
    public string? Template { get; init; }

    /// <summary>Confidences are softmax(logits / temperature); fitted on held-out data (Guo et al. 2017).</summary>
    public double Temperature { get; init; } = 1;
}

/// <summary><c>streambert.json</c>: what a checkpoint needs beyond the Hugging Face files.</summary>
public sealed record PackageManifest
{
    public int Format { get; init; } = 1;
    public required string Version { get; init; }

    /// <summary>The version it was trained from.</summary>
    public string? Parent { get; init; }
    public required IReadOnlyList<HeadManifest> Heads { get; init; }

    /// <summary>Head → its labels, of heads that answer with labels.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> LabelsByHead =>
        Heads.Where(static head => head.Task != HeadTask.Tokens).ToDictionary(static head => head.Name, static head => head.Labels);

    /// <summary>Longest input in word pieces, special tokens included.</summary>
    public required int MaxTokens { get; init; }
    public bool Lowercase { get; init; } = true;

    /// <summary>A web address becomes the one token <c>[URL]</c>: its random path says nothing and costs a dozen tokens.</summary>
    public bool CollapseUrls { get; init; }

    /// <summary>SHA-256 of <c>model.safetensors</c>.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Reports on the test sets it was measured on.</summary>
    public IReadOnlyList<ClassificationReport> Reports { get; init; } = [];
}
