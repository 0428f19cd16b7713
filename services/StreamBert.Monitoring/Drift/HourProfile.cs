using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Drift;

/// <summary>The label mix and the confidences of a head in an hour. Profiles are mergeable.</summary>
internal sealed class HeadHour
{
    /// <summary>The number of bins of <see cref="Confidences"/> over [0, 1].</summary>
    public const int Bins = 25;

    /// <summary>Label → number of clusters; the share of a cluster counts if its texts have several labels.</summary>
    public Dictionary<string, double> Labels { get; set; } = [];

    /// <summary>The number of clusters.</summary>
    public double Clusters { get; set; }

    /// <summary>The number of texts by confidence.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Confidences { get; set; } = new float[Bins];

    public static HeadHour Of(SeriesCounts counts)
    {
        var hour = new HeadHour { Clusters = counts.Clusters };
        foreach (var (label, count) in counts.ClusterLabels)
            hour.Labels[label] = count;
        const int merged = SeriesCounts.Bins / Bins;
        for (var bin = 0; bin < SeriesCounts.Bins; bin++)
            hour.Confidences[bin / merged] += counts.Confidences?[bin] ?? 0;
        return hour;
    }

    /// <summary>Returns a histogram of <see cref="ReferenceProfile.ConfidenceBins"/> bins in the bins of this profile.</summary>
    public static double[] Rebin(IReadOnlyList<long> confidences)
    {
        var counts = new double[Bins];
        foreach (var (bin, count) in confidences.Index())
            counts[bin * Bins / ReferenceProfile.ConfidenceBins] += count;
        return counts;
    }

    public void Merge(HeadHour other, int sign)
    {
        foreach (var (label, count) in other.Labels)
        {
            var sum = Labels.GetValueOrDefault(label) + sign * count;
            if (sum < 1e-9)
                Labels.Remove(label); // otherwise a label that occurred once would remain for ever
            else
                Labels[label] = sum;
        }
        for (var bin = 0; bin < Bins; bin++)
            Confidences[bin] += sign * other.Confidences[bin];
        Clusters += sign * other.Clusters;
    }
}

/// <summary>What was counted in a window or in an hour.</summary>
internal sealed class HourProfile
{
    public DateTimeOffset Start { get; set; }

    /// <summary>The end of the last window.</summary>
    public DateTimeOffset End { get; set; }

    /// <summary>The model version that classified most texts of each window of the hour.</summary>
    public string? Version { get; set; }

    /// <summary>Whether no alert about labels or drift was active, so that the hour is a reference.</summary>
    public bool IsGood { get; set; } = true;

    /// <summary>Whether the hour was reduced to what the reference needs.</summary>
    public bool IsReference { get; set; }

    /// <summary>Head → its profile.</summary>
    public Dictionary<string, HeadHour> Heads { get; set; } = [];
    public TextProfile Texts { get; set; } = new();

    /// <summary>The words of sampled texts.</summary>
    public TermCounts Terms { get; set; } = new();

    /// <summary>Returns the profile of a window.</summary>
    public static HourProfile Of(WindowCounts counts, TimeWindow window)
    {
        var profile = new HourProfile
        {
            Start = window.Start,
            End = window.End,
            Version = counts.Version,
            Texts = counts.Texts.CopyCounts(),
        };
        foreach (var (head, segments) in counts.Series)
        {
            if (segments.TryGetValue(SeriesKey.All, out var series))
                profile.Heads[head] = HeadHour.Of(series);
        }
        return profile;
    }

    /// <summary>Adds the heads of a window.</summary>
    public void Add(HourProfile window)
    {
        End = window.End > End ? window.End : End;
        Version ??= window.Version;
        Merge(window, +1);
    }

    /// <summary>Subtracts the heads of a window that was added.</summary>
    public void Subtract(HourProfile window) => Merge(window, -1);

    private void Merge(HourProfile window, int sign)
    {
        foreach (var (head, counts) in window.Heads)
        {
            if (!Heads.TryGetValue(head, out var own))
                Heads[head] = own = new();
            own.Merge(counts, sign);
        }
    }
}
