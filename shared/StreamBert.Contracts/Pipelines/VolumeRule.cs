using System.ComponentModel.DataAnnotations;

namespace StreamBert.Contracts;

/// <summary>Watches the number of texts of a pipeline and of its segments.</summary>
public sealed record VolumeRule
{
    /// <summary>The dimensions whose segments are watched too. Default: none, the whole pipeline only.</summary>
    public IReadOnlyList<string> Segments { get; set; } = [];

    /// <summary>The minimum ratio of a surge to the expected number. Default: 2.</summary>
    [Range(1.0, 1000.0)]
    public double SurgeRatio { get; set; } = 2;

    /// <summary>The maximum ratio of a silence to the expected number. Default: 0.1.</summary>
    [Range(0.0, 1.0)]
    public double SilenceRatio { get; set; } = 0.1;

    /// <summary>The minimum number of texts of a surge in the judged time. Default: 10.</summary>
    [Range(1, 1_000_000)]
    public int MinimumCount { get; set; } = 10;
}
