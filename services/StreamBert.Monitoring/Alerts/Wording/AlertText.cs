using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Capacity;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Labels;
using StreamBert.Monitoring.Volume;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Finds the prose of an alert by its kind of evidence; this folder is the only place with such prose.</summary>
internal static class AlertText
{
    /// <summary>Writes the title, the message, the kind of evidence and the resolution.</summary>
    public static AlertWording Of(Assessment assessment) => assessment.Evidence switch
    {
        LabelEvidence label => LabelWording.Of(assessment.Rule, label),
        VolumeEvidence volume => VolumeWording.Of(assessment.Rule, volume),
        DriftEvidence drift => DriftWording.Of(assessment.Rule, drift),
        FairnessEvidence fairness => FairnessWording.Of(assessment.Rule, fairness),
        AccuracyEvidence accuracy => AccuracyWording.Of(assessment.Rule, accuracy),
        ErrorRateEvidence errors => AccuracyWording.Of(assessment.Rule, errors),
        CapacityEvidence capacity => CapacityWording.Of(assessment.Rule, capacity),
        var other => throw new ArgumentException($"There is no text for {other.GetType().Name}.", nameof(assessment)),
    };

    /// <summary>Writes why an alert is resolved.</summary>
    public static string Resolution(Transition transition) => transition switch
    {
        Transition.Cleared cleared => Of(cleared.Assessment).Resolution,
        Transition.Adopted adopted => $"The condition has lasted for {Duration(adopted.After)} and is the new baseline from now on.",
        Transition.Expired => "The series is no longer assessed: it receives no texts, or it is not watched.",
        _ => throw new ArgumentException($"{transition.GetType().Name} does not resolve an alert.", nameof(transition)),
    };
}
