using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes the accuracy of a series.</summary>
internal static class AccuracyText
{
    /// <summary>Names what divides the texts into series: all texts, or the head or attribute of the segment.</summary>
    public static string Dimension(SeriesKey series) => series.Segment.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
        ? L["By {0}", DisplayText.Label(series.Segment[..end])] : L["All texts"];
}
