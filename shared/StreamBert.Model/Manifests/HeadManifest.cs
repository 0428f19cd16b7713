using System.Text.Json.Serialization;

namespace StreamBert.Model.Manifests;

/// <summary>A head in <c>streambert.json</c>.</summary>
public sealed record HeadManifest
{
    /// <summary>The name of the head, unique in its package.</summary>
    public required string Name { get; init; }

    /// <summary>The names of the labels, in the order of the logits.</summary>
    [JsonConverter(typeof(LabelNamesConverter))]
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>One of the constants of <see cref="HeadTask"/>.</summary>
    public string Task { get; init; } = HeadTask.SingleLabel;

    /// <summary>One of the constants of <see cref="Manifests.Pooling"/>.</summary>
    public string Pooling { get; init; } = Manifests.Pooling.Attention;

    /// <summary>
    /// The hypothesis template of a zero-shot head, in which a label replaces <c>{}</c>; null: <c>This example is {}.</c>
    /// </summary>
    public string? Template { get; init; }

    /// <summary>Confidences are softmax(logits / temperature). The temperature is fitted on held-out data (Guo et al. 2017).</summary>
    public double Temperature { get; init; } = 1;
}
