namespace StreamBert.Monitoring.Accuracy;

/// <summary>The accuracy of one series.</summary>
internal sealed class AccuracySeries
{
    /// <summary>The sums of the hour that has not ended.</summary>
    public AccuracySums Current { get; set; } = new();

    /// <summary>The last 24 hours.</summary>
    public RecentHours Recent { get; set; } = new();

    /// <summary>What an hour is compared with; null until an hour had enough texts.</summary>
    public AccuracyReference? Reference { get; set; }

    /// <summary>The CUSUM of standardised declines, and the number of hours since it was last zero.</summary>
    public double Decline { get; set; }
    public int DeclineHours { get; set; }

    /// <summary>The labelled predictions; null until one was labelled.</summary>
    public LabelledHistory? Labelled { get; set; }
}

/// <summary>The checkpointed state of the accuracy of a pipeline.</summary>
internal sealed class AccuracyState
{
    /// <summary>The number of the hour that is being summed, counted from year 1; 0 before the first window.</summary>
    public long Hour { get; set; }

    /// <summary>Version of the model → texts of that hour.</summary>
    public Dictionary<string, long> Versions { get; set; } = [];

    /// <summary>The version of most texts of the hour before, and the number of the hour since which it is.</summary>
    public string? Version { get; set; }
    public long VersionSince { get; set; }

    /// <summary>Head → segment or group → its accuracy.</summary>
    public Dictionary<string, Dictionary<string, AccuracySeries>> Heads { get; set; } = [];

    /// <summary>Head → the error rates of its feedback.</summary>
    public Dictionary<string, ErrorRates> Errors { get; set; } = [];
}
