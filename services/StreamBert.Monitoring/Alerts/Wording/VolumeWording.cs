using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Volume;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of surges and silences of the number of texts.</summary>
internal static class VolumeWording
{
    public static AlertWording Of(AlertRule rule, VolumeEvidence volume) => new()
    {
        Title = rule.Kind == AlertKinds.VolumeSilence
            ? $"{rule.Series.Pipeline} receives {(volume.Texts == 0 ? "no" : "almost no")} texts, usually {Number(volume.Expected)}"
            : $"{Number(volume.Texts)} texts per window in {rule.Series.Pipeline}, usually {Number(volume.Expected)}",
        Message = Message(volume),
        EvidenceKind = "p-value, negative binomial tail",
        Resolution = $"{Number(volume.Texts)} texts arrived in the last window; {Number(volume.Expected)} is usual.",
    };

    private static string Message(VolumeEvidence volume) =>
        $"{Number(volume.Texts)} texts arrived from {Window(volume.Window)}, where {Number(volume.Expected)} were to be expected from the "
        + $"history. Without a change this happens by chance in {Probability(volume.PValue)} windows.";
}
