using System.ComponentModel.DataAnnotations;

namespace StreamBert.Contracts;

/// <summary>States what is watched in a pipeline, and how many false alarms are acceptable.</summary>
public sealed record MonitorRules
{
    /// <summary>The budget of false alarms of each kind of alert. Default: one in 7 days.</summary>
    public FalseAlarmBudget Budget { get; set; } = new();

    /// <summary>The time zone (IANA name) of the hours and days of seasonal baselines. Default: <c>UTC</c>.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>The dates that count as Sundays in seasonal baselines, such as <c>2026-12-25</c>. Default: none.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; set; } = [];

    /// <summary>
    /// Whether near-duplicate texts of a window are one story, and so one piece of evidence. False for texts that follow a template, such
    /// as log lines, where each repetition counts. Texts of one subject are one piece of evidence either way. Default: true.
    /// </summary>
    public bool GroupStories { get; set; } = true;

    /// <summary>
    /// The dimensions that divide the pipeline into segments: <c>head:NAME</c> (the labels of a head), <c>entity:NAME</c> (the entities
    /// that an entity head finds), <c>attribute:NAME</c> (the values of an attribute) and <c>source</c>. Default: none.
    /// </summary>
    public IReadOnlyList<string> Segments { get; set; } = [];

    /// <summary>
    /// The labels whose share or count is watched. Default: the share of <c>negative</c> if the pipeline has a head <c>sentiment</c>.
    /// </summary>
    public IReadOnlyList<LabelRule> Labels { get; set; } = [];

    /// <summary>How the number of texts is watched.</summary>
    public VolumeRule Volume { get; set; } = new();

    /// <summary>How drift is watched.</summary>
    public DriftRule Drift { get; set; } = new();

    /// <summary>The fairness rules. Default: none.</summary>
    public IReadOnlyList<FairnessRule> Fairness { get; set; } = [];

    /// <summary>How accuracy is estimated and watched.</summary>
    public AccuracyRule Accuracy { get; set; } = new();

    /// <summary>The kinds of alert that are not raised, such as <c>volume-surge</c>. Default: none.</summary>
    public IReadOnlyList<string> Disabled { get; set; } = [];
}

/// <summary>States the acceptable number of false alarms in a time, for each pipeline and kind of alert.</summary>
public sealed record FalseAlarmBudget
{
    /// <summary>The number of false alarms. Default: 1.</summary>
    [Range(0.0001, 1000.0)]
    public double FalseAlarms { get; set; } = 1;

    /// <summary>The time in which they are acceptable. Default: 7 days.</summary>
    public TimeSpan Per { get; set; } = TimeSpan.FromDays(7);
}
