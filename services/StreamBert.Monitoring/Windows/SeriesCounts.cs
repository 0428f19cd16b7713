namespace StreamBert.Monitoring.Windows;

/// <summary>The counts of one series in one window. Mergeable: every field is a sum.</summary>
public sealed class SeriesCounts
{
    /// <summary>Bins of <see cref="Confidences"/> over [0, 1].</summary>
    public const int Bins = 100;

    public long Count { get; set; }
    public Dictionary<string, long> Labels { get; set; } = [];
    public double ConfidenceSum { get; set; }

    /// <summary>Histogram of the confidence; kept only where drift is watched.</summary>
    public int[]? Confidences { get; set; }

    /// <summary>Texts that came after the window had closed.</summary>
    public long Late { get; set; }
    public int Revision { get; set; }

    /// <summary>Changed since it was last published.</summary>
    public bool Dirty { get; set; }

    public double MeanConfidence => Count > 0 ? ConfidenceSum / Count : 0;

    public void Add(string label, double confidence, bool late)
    {
        Count++;
        Labels[label] = Labels.GetValueOrDefault(label) + 1;
        ConfidenceSum += confidence;
        if (Confidences is not null)
            Confidences[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)]++;
        if (!late)
            return;
        Late++;
        Dirty = true;
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
