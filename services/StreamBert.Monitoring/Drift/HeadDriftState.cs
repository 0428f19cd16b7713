namespace StreamBert.Monitoring.Drift;

/// <summary>The checkpointed drift state of a head: its reference and its last windows.</summary>
internal sealed class HeadDriftState
{
    /// <summary>The model version of the reference.</summary>
    public string? Version { get; set; }
    public HeadProfile Reference { get; set; } = new();

    /// <summary>Whether the reference holds enough windows and texts; from then on it does not change.</summary>
    public bool IsReferenceComplete { get; set; }

    /// <summary>The last windows, in order of time.</summary>
    public List<HeadProfile> Recent { get; set; } = [];

    /// <summary>The sum of the last windows.</summary>
    public HeadProfile RecentTotal { get; set; } = new();

    /// <summary>Begins a new reference.</summary>
    public void Restart(string? version)
    {
        (Version, IsReferenceComplete) = (version, false);
        (Reference, Recent, RecentTotal) = (new(), [], new());
    }

    /// <summary>Replaces a window that late texts have revised, if it is among the last ones. The reference does not change.</summary>
    public void Revise(HeadProfile window)
    {
        if (Recent.FindIndex(recent => recent.End == window.End) is not (>= 0 and var index))
            return;
        RecentTotal.Subtract(Recent[index]);
        RecentTotal.Add(window);
        Recent[index] = window;
    }

    /// <summary>Adds a window, and removes the oldest one beyond the capacity.</summary>
    public void Add(HeadProfile window, int capacity)
    {
        Recent.Add(window);
        RecentTotal.Add(window);
        if (Recent.Count <= capacity)
            return;
        RecentTotal.Subtract(Recent[0]);
        Recent.RemoveAt(0);
    }
}
