using StreamBert.Contracts;
using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Feedback;
using StreamBert.Monitoring.Labels;
using StreamBert.Monitoring.Volume;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Analysis;

/// <summary>
/// The checkpointed state of a pipeline. Windows, detectors and alerts change these objects in place, so that saving them saves all.
/// </summary>
internal sealed class PipelineState
{
    /// <summary>The window length of the state. If the configured length differs, only the alerts are kept.</summary>
    public TimeSpan Window { get; set; }
    public WindowsState Windows { get; set; } = new();

    /// <summary>Label rule → what is known of its series.</summary>
    public Dictionary<string, LabelRuleState> Labels { get; set; } = [];
    public VolumeState Volume { get; set; } = new();

    /// <summary>The last days, the last-good week and the published profiles of the model.</summary>
    public DriftState Drift { get; set; } = new();

    /// <summary>Fairness rule → its state.</summary>
    public Dictionary<string, FairnessState> Fairness { get; set; } = [];

    /// <summary>The changes of the rules that apply to open or later windows, in the order in which they were made.</summary>
    public List<RulesChanged> RuleChanges { get; set; } = [];

    /// <summary>The predictions that wait for feedback, and the reverse.</summary>
    public FeedbackState Feedback { get; set; } = new();

    /// <summary>The last labels that were counted, which later ones may replace.</summary>
    public CountedLabels CountedLabels { get; set; } = new();

    /// <summary>The estimated and the labelled accuracy.</summary>
    public AccuracyState Accuracy { get; set; } = new();

    /// <summary>Whether what was learned is about texts, because they recur, and not about stories.</summary>
    public bool CountsTexts { get; set; }

    /// <summary>Fingerprint → alert.</summary>
    public Dictionary<string, AlertState> Alerts { get; set; } = [];

    /// <summary>Returns the state of a fairness rule, and adds it if it is missing.</summary>
    public FairnessState FairnessOf(FairnessRule rule)
    {
        if (!Fairness.TryGetValue(rule.Id(), out var state))
            Fairness[rule.Id()] = state = new();
        return state;
    }

    /// <summary>Forgets what was learned about the numbers and label mixes of clusters, which are now counted differently.</summary>
    public void Relearn(bool countsTexts)
    {
        (CountsTexts, Labels, Volume) = (countsTexts, [], new());
        Drift = new()
        {
            Profiles = Drift.Profiles,
            Version = Drift.Version,
            PreviousVersion = Drift.PreviousVersion,
            ChangedAt = Drift.ChangedAt,
        };
    }

    /// <summary>Returns the state with which a pipeline continues under its present configuration.</summary>
    public static PipelineState For(PipelineOptions pipeline, PipelineState? saved) =>
        saved is not null && saved.Window == pipeline.Monitor.Window ? saved
            : new() { Window = pipeline.Monitor.Window, Alerts = saved?.Alerts ?? [], RuleChanges = saved?.RuleChanges ?? [] };
}
