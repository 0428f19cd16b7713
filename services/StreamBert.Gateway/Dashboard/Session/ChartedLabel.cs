using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>What is shown over time: the share or the count of a label of a head.</summary>
/// <param name="Head">The head.</param>
/// <param name="Label">The watched label; null for a head without a label rule, of which all labels are equal.</param>
/// <param name="Measure">Whether the share of the texts or the count is shown.</param>
public sealed record ChartedLabel(string Head, string? Label, LabelMeasure Measure)
{
    public bool IsShare => Measure == LabelMeasure.Share;

    /// <summary>Names it in a list: "sentiment: negative", "event: anomaly (count)".</summary>
    public string Name =>
        $"{DisplayText.Label(Head)}: {(Label is null ? L["all labels"] : DisplayText.Label(Label))}{(IsShare ? "" : L[" (count)"])}";

    /// <summary>Returns what the baseline expected of the label in a window; null without a baseline.</summary>
    public Expectation? ExpectedOf(TrendUpdated window) => Label is null ? null : window.Expected.FirstOrDefault(expected =>
        expected.Label == Label && (expected.Measure ?? LabelMeasure.Share) == Measure);

    /// <summary>Whether the chart of a segment marks an alert.</summary>
    public bool IsMarkedBy(AlertRaised alert, string segment) => alert.Series.Segment == segment && IsAffectedBy(alert);

    /// <summary>Whether an alert is about what the chart of a segment shows: the label, its head, or the number of texts.</summary>
    public bool IsAffectedBy(AlertRaised alert) => alert.Kind switch
    {
        AlertKinds.VolumeSurge or AlertKinds.VolumeSilence => true,
        _ when alert.Series.Head != Head => false,
        AlertKinds.LabelSurge or AlertKinds.LabelDrop =>
            Label is null || alert.Label is null || (alert.Label, alert.Unit == "share") == (Label, IsShare),
        _ => true,
    };
}
