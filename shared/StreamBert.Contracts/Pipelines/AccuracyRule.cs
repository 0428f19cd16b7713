using System.ComponentModel.DataAnnotations;

namespace StreamBert.Contracts;

/// <summary>Watches the estimated accuracy, and offers a random sample of texts for labelling.</summary>
public sealed record AccuracyRule
{
    /// <summary>The heads that are watched. Default: all heads.</summary>
    public IReadOnlyList<string> Heads { get; set; } = [];

    /// <summary>The minimum fall of the estimated accuracy, 0 to 1. Default: 0.05.</summary>
    [Range(0.0, 1.0)]
    public double MinimumDrop { get; set; } = 0.05;

    /// <summary>One text in so many, chosen by the hash of its id, is offered for labelling; 0 for none. Default: 500.</summary>
    [Range(0, 1_000_000)]
    public int SampleEvery { get; set; } = 500;
}
