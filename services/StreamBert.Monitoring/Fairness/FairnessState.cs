namespace StreamBert.Monitoring.Fairness;

/// <summary>The checkpointed state of a fairness rule.</summary>
internal sealed class FairnessState
{
    /// <summary>Group → evidence that it differs from the others.</summary>
    public Dictionary<string, GroupEvidence> Groups { get; set; } = [];

    /// <summary>The rates over the last day.</summary>
    public RateHistory Rates { get; set; } = new();

    /// <summary>The clusters that have counted.</summary>
    public ClusterFilter Counted { get; set; } = new();

    /// <summary>The labelled texts.</summary>
    public LabelHistory Labels { get; set; } = new();

    /// <summary>The content of the last report, and the end of its window; null before the first.</summary>
    public string? Reported { get; set; }
    public DateTimeOffset ReportedAt { get; set; }
}
