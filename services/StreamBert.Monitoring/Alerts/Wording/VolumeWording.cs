using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Volume;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of surges and silences of the number of texts.</summary>
internal static class VolumeWording
{
    /// <summary>A silence with fewer texts, relative to what is usual, has almost none.</summary>
    private const double AlmostNone = 0.1;

    public static AlertWording Of(AlertRule rule, VolumeEvidence volume) => new()
    {
        Title = rule.Kind == AlertKinds.VolumeSilence
            ? $"{Series(rule.Series)} receives {Few(volume)} texts, usually {Usual(volume)}"
            : $"{Number(volume.Texts)} texts{Span(volume)} in {Series(rule.Series)}, usually {Number(volume.Expected)}",
        Message = Message(volume),
        EvidenceKind = $"p-value, negative binomial tail of {Stories(volume)} and subjects",
        Resolution = $"{Number(volume.Texts)} texts arrived in the last window; {Number(volume.Expected)} is usual.",
    };

    private static string Few(VolumeEvidence volume) => volume.Texts == 0 ? "no"
        : volume.Texts <= AlmostNone * volume.Expected ? "almost no" : $"only {Number(volume.Texts)}";

    private static string Usual(VolumeEvidence volume) => $"{Number(volume.Expected)}{(volume.Windows == 1 ? "" : Span(volume))}";

    private static string Span(VolumeEvidence volume) =>
        volume.Windows == 1 ? " per window" : $" in {Duration(volume.Window.End - volume.Window.Start)}";

    private static string Message(VolumeEvidence volume) =>
        $"{Number(volume.Texts)} texts{Clusters(volume)} arrived from {Window(volume.Window)}, where {Number(volume.Expected)} were to be "
        + $"expected from {BaselineOf(volume.BaselineAge)} of this hour of the week. Without a change this happens by chance in "
        + $"{Probability(volume.PValue)} such times.";

    private static string Clusters(VolumeEvidence volume) => volume.Clusters >= volume.Texts ? ""
        : $" of {Number(volume.Clusters)} {(volume.GroupsStories ? "stories or subjects" : "subjects")}";
}
