using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// The counts of one series in one window. Counts are mergeable: every field is a sum of integers, so they do not depend on the order
/// of the texts.
/// </summary>
internal sealed class SeriesCounts
{
    /// <summary>The number of bins of <see cref="Confidences"/> over [0, 1].</summary>
    public const int Bins = 100;

    /// <summary>The unit in which confidences are summed is one part of so many.</summary>
    private const double ConfidenceUnits = 1e9;

    public long Count { get; set; }
    public Dictionary<string, long> Labels { get; set; } = [];

    /// <summary>The sum of the confidences, in billionths.</summary>
    public long ConfidenceSum { get; set; }

    /// <summary>The histogram of the confidence; null for series that drift detection does not watch.</summary>
    public int[]? Confidences { get; set; }

    /// <summary>The number of texts that arrived after the window had closed.</summary>
    public long Late { get; set; }
    public int Revision { get; set; }

    /// <summary>Whether a late text has changed the counts since the last revision.</summary>
    public bool HasChanged { get; set; }

    /// <summary>The mean confidence, rounded to six decimals.</summary>
    [JsonIgnore]
    public double MeanConfidence => Count > 0 ? Math.Round(ConfidenceSum / ConfidenceUnits / Count, 6) : 0;

    public void Add(string label, double confidence, bool isLate)
    {
        Count++;
        Labels[label] = Labels.GetValueOrDefault(label) + 1;
        ConfidenceSum += (long)Math.Round(confidence * ConfidenceUnits);
        if (Confidences is not null)
            Confidences[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)]++;
        if (!isLate)
            return;
        Late++;
        HasChanged = true;
    }

    /// <summary>Increments the revision if late texts have changed the counts.</summary>
    /// <returns>Whether they have.</returns>
    public bool TryBeginRevision()
    {
        if (!HasChanged)
            return false;
        HasChanged = false;
        Revision++;
        return true;
    }
}
