using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Drift;

/// <summary>Label counts and confidence histogram of a head over some windows. Mergeable.</summary>
public sealed class HeadProfile
{
    /// <summary>End of the window, where the profile is of one.</summary>
    public DateTimeOffset End { get; set; }
    public Dictionary<string, long> Labels { get; set; } = [];
    public long[] Confidences { get; set; } = new long[SeriesCounts.Bins];
    public long Count { get; set; }
    public int Windows { get; set; }

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
                Labels.Remove(label); // a label that came once must not stay for ever
            else
                Labels[label] = sum;
        }
        for (var bin = 0; bin < Confidences.Length; bin++)
            Confidences[bin] += sign * other.Confidences[bin];
        Count += sign * other.Count;
        Windows += sign * other.Windows;
    }
}

/// <summary>What the drift detector remembers of a head.</summary>
public sealed class HeadDriftState
{
    /// <summary>The model version the reference was made under.</summary>
    public string? Version { get; set; }
    public HeadProfile Reference { get; set; } = new();
    public bool Frozen { get; set; }

    /// <summary>The last windows, oldest first, and their sum.</summary>
    public List<HeadProfile> Recent { get; set; } = [];
    public HeadProfile Sum { get; set; } = new();

    /// <summary>A new reference begins; what was compared with the old one is void.</summary>
    public void Restart(string? version)
    {
        (Version, Frozen) = (version, false);
        (Reference, Recent, Sum) = (new(), [], new());
    }

    /// <summary>Late texts have changed a window: if it is one of the last, it counts as it is now. A reference stays as it is.</summary>
    public void Revise(HeadProfile window)
    {
        if (Recent.FindIndex(recent => recent.End == window.End) is not (>= 0 and var at))
            return;
        Sum.Subtract(Recent[at]);
        Sum.Add(window);
        Recent[at] = window;
    }

    public void Push(HeadProfile window, int most)
    {
        Recent.Add(window);
        Sum.Add(window);
        if (Recent.Count <= most)
            return;
        Sum.Subtract(Recent[0]);
        Recent.RemoveAt(0);
    }
}
