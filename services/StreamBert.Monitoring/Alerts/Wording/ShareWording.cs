using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Surges;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of surges of a label.</summary>
internal static class ShareWording
{
    public static AlertWording Of(AlertRule rule, ShareEvidence share) => new()
    {
        Title = $"Surge of {share.Label} texts in {Series(rule.Series)}: {Percent(share.Value)}, usually {Percent(share.Expected)}",
        Message = Message(share),
        EvidenceKind = "p-value, beta-binomial tail, Benjamini–Hochberg over the window's series",
        Resolution = share.Total == 0 ? "The series receives no more texts."
            : $"The share of {share.Label} texts is back at {Percent(share.Value)}; {Percent(share.Expected)} is usual.",
    };

    private static string Message(ShareEvidence share) =>
        $"{Number(share.Selected)} of {Number(share.Total)} texts were {share.Label} from {Window(share.Window)}: "
        + $"{Percent(share.Value)} ({Interval(WilsonInterval.Of(share.Selected, share.Total))}), where {Percent(share.Expected)} was to be "
        + $"expected from the history. Without a change this happens by chance in {Probability(share.PValue)} windows.";
}
