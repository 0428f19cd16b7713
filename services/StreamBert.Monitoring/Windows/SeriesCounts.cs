using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The counts of one series in one window. Mergeable: every field is a sum of whole numbers, so the order of the texts leaves no trace.
/// </summary>
public sealed class SeriesCounts
{
    /// <summary>Bins of <see cref="Confidences"/> over [0, 1].</summary>
    public const int Bins = 100;

    /// <summary>Parts of one in which confidences are summed.</summary>
    private const double Parts = 1e9;

    public long Count { get; set; }
    public Dictionary<string, long> Labels { get; set; } = [];

    /// <summary>Sum of the confidences, in billionths.</summary>
    public long ConfidenceSum { get; set; }

    /// <summary>Histogram of the confidence; kept only where drift is watched.</summary>
    public int[]? Confidences { get; set; }

    /// <summary>Texts that came after the window had closed.</summary>
    public long Late { get; set; }
    public int Revision { get; set; }

    /// <summary>Changed by a late text since the last revision.</summary>
    public bool Dirty { get; set; }

    /// <summary>To six decimals.</summary>
    [JsonIgnore]
    public double MeanConfidence => Count > 0 ? Math.Round(ConfidenceSum / Parts / Count, 6) : 0;

    public void Add(string label, double confidence, bool late)
    {
        Count++;
        Labels[label] = Labels.GetValueOrDefault(label) + 1;
        ConfidenceSum += (long)Math.Round(confidence * Parts);
        if (Confidences is not null)
            Confidences[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)]++;
        if (!late)
            return;
        Late++;
        Dirty = true;
    }

    /// <summary>Numbers a new revision if late texts have changed the counts.</summary>
    public bool BeginRevision()
    {
        if (!Dirty)
            return false;
        Dirty = false;
        Revision++;
        return true;
    }
}

/// <summary>How many texts of a group there were, and how many of them had the label.</summary>
public sealed class GroupCounts
{
    public long Count { get; set; }
    public long Selected { get; set; }

    public void Add(bool selected)
    {
        Count++;
        if (selected)
            Selected++;
    }
}
