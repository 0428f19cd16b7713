using System.ComponentModel.DataAnnotations;

namespace StreamBert.Contracts;

/// <summary>Watches the distributions of labels, confidences, lengths, unknown tokens and embeddings.</summary>
public sealed record DriftRule
{
    /// <summary>The heads that are watched. Default: all heads.</summary>
    public IReadOnlyList<string> Heads { get; set; } = [];

    /// <summary>The minimum Jensen–Shannon distance of the label mix, 0 to 1 (base 2). Default: 0.1.</summary>
    [Range(0.0, 1.0)]
    public double MinimumLabelDistance { get; set; } = 0.1;

    /// <summary>The minimum Kolmogorov–Smirnov distance of the confidence, 0 to 1. Default: 0.15.</summary>
    [Range(0.0, 1.0)]
    public double MinimumConfidenceDistance { get; set; } = 0.15;

    /// <summary>The minimum Kolmogorov–Smirnov distance of the number of tokens, 0 to 1. Default: 0.15.</summary>
    [Range(0.0, 1.0)]
    public double MinimumLengthDistance { get; set; } = 0.15;

    /// <summary>The minimum rise of the share of unknown tokens, 0 to 1. Default: 0.02.</summary>
    [Range(0.0, 1.0)]
    public double MinimumUnknownTokenRise { get; set; } = 0.02;

    /// <summary>The minimum AUC of a classifier that separates the embeddings of a window from the reference. Default: 0.6.</summary>
    [Range(0.5, 1.0)]
    public double MinimumEmbeddingAuc { get; set; } = 0.6;
}
