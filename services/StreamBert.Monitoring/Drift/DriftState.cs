using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Drift;

/// <summary>The checkpointed drift state of a pipeline. Its size does not depend on the number of texts.</summary>
internal sealed class DriftState
{
    /// <summary>The hour that is being counted; null before the first text.</summary>
    public HourProfile? Current { get; set; }

    /// <summary>The complete hours in order of time: the last ones, and the last-good week.</summary>
    public List<HourProfile> Hours { get; set; } = [];

    /// <summary>The counts of the last windows as they were added, in order of time; late texts replace them.</summary>
    public List<HourProfile> LastWindows { get; set; } = [];

    /// <summary>Measure and span → its dispersion between spans.</summary>
    public Dictionary<string, DriftDispersion> Dispersions { get; set; } = [];

    /// <summary>The number of closed windows that late texts can revise.</summary>
    public int RevisableWindows { get; set; }

    /// <summary>The number of hours after the last change of version that were compared.</summary>
    public int ComparedHours { get; set; }

    /// <summary>The differences from a model's profile that have become normal: quantity and version.</summary>
    public HashSet<string> Dismissed { get; set; } = [];

    /// <summary>The words of the texts of good hours; older texts count less.</summary>
    public TermCounts Terms { get; set; } = new();

    /// <summary>The last published reference profiles of the pipeline's model, oldest first.</summary>
    public List<ModelProfiled> Profiles { get; set; } = [];

    /// <summary>The version that answers; null before the first text.</summary>
    public string? Version { get; set; }

    /// <summary>The version before; null before the first change.</summary>
    public string? PreviousVersion { get; set; }

    /// <summary>The start of the first window of the version; null before the first change.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>
    /// Returns the reference profile of a version, or the last published one if the version is not known; null without one.
    /// </summary>
    public ReferenceProfile? ProfileOf(string? version) =>
        Profiles.FindLast(profile => version is null || profile.Version == version)?.Profile;

    /// <summary>
    /// Returns the share of a label in the reference profile of the version that answers; null if no profile contains the label.
    /// </summary>
    public double? ReferenceShare(string head, string label) =>
        ProfileOf(Version)?.Heads.GetValueOrDefault(head)?.Labels is { } labels && labels.TryGetValue(label, out var count) && count > 0
            ? (double)count / labels.Values.Sum()
            : null;

    /// <summary>Returns the dispersion of a quantity.</summary>
    public DriftDispersion DispersionOf(string name)
    {
        if (!Dispersions.TryGetValue(name, out var dispersion))
            Dispersions[name] = dispersion = new();
        return dispersion;
    }

    /// <summary>The last comparisons, which are judged once an hour and stand until the next hour.</summary>
    public List<DriftResult> Results { get; set; } = [];
}

/// <summary>The outcome of a comparison; it stands until the next one.</summary>
internal sealed class DriftResult
{
    public string Kind { get; set; } = "";
    public string Head { get; set; } = "";

    /// <summary>Distinguishes comparisons of one kind: with the model's profile, or of a version's confidence.</summary>
    public string Detail { get; set; } = "";
    public Condition Condition { get; set; }

    /// <summary>The hours that were compared.</summary>
    public TimeWindow Window { get; set; } = new(default, default);
    public DriftDetected Details { get; set; } = new()
    {
        Measure = "",
        Distance = 0,
        Floor = 0,
        PValue = 1,
        ReferenceCount = 0,
        WindowCount = 0,
    };

    /// <summary>The mean of the reference and of the window: confidence, tokens or share of unknown tokens.</summary>
    public double ReferenceMean { get; set; }
    public double ObservedMean { get; set; }

    /// <summary>The age of the last-good week in hours.</summary>
    public double BaselineHours { get; set; } = 168;

    /// <summary>The words that are more frequent than in the reference.</summary>
    public List<string> Terms { get; set; } = [];

    /// <summary>The texts that differ most from the reference; empty if the alert selects them from the last windows.</summary>
    public List<TextExcerpt> Texts { get; set; } = [];
}
