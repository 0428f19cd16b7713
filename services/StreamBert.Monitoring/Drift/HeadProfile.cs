using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Drift;

/// <summary>The label counts and the confidence histogram of a head over one or more windows. Profiles are mergeable.</summary>
internal sealed class HeadProfile
{
    /// <summary>The end of the window, if the profile is of a single window.</summary>
    public DateTimeOffset End { get; set; }
    public Dictionary<string, long> Labels { get; set; } = [];
    public long[] Confidences { get; set; } = new long[SeriesCounts.Bins];
    public long Count { get; set; }

    /// <summary>The number of windows.</summary>
    public int Windows { get; set; }

    /// <summary>Returns the mean of the confidence histogram.</summary>
    public double MeanConfidence()
    {
        double sum = 0;
        for (var bin = 0; bin < SeriesCounts.Bins; bin++)
            sum += Confidences[bin] * (bin + 0.5) / SeriesCounts.Bins;
        return Count > 0 ? sum / Count : 0;
    }

    /// <summary>Builds the profile of a window.</summary>
    public static HeadProfile Of(SeriesCounts counts, DateTimeOffset end)
    {
        var profile = new HeadProfile { End = end, Labels = new(counts.Labels), Count = counts.Count, Windows = 1 };
        for (var bin = 0; bin < SeriesCounts.Bins; bin++)
            profile.Confidences[bin] = counts.Confidences?[bin] ?? 0;
        return profile;
    }

    public void Add(HeadProfile other) => Merge(other, +1);

    public void Subtract(HeadProfile other) => Merge(other, -1);

    private void Merge(HeadProfile other, int sign)
    {
        foreach (var (label, count) in other.Labels)
        {
            var sum = Labels.GetValueOrDefault(label) + sign * count;
            if (sum == 0)
                Labels.Remove(label); // otherwise a label that occurred once would remain for ever
            else
                Labels[label] = sum;
        }
        for (var bin = 0; bin < Confidences.Length; bin++)
            Confidences[bin] += sign * other.Confidences[bin];
        Count += sign * other.Count;
        Windows += sign * other.Windows;
    }
}
