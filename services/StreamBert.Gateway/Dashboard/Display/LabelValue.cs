using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>The share of a label among the texts of a window with its 95 % interval, or the number of texts with the label.</summary>
/// <param name="Value">The share (0 to 1) or the number.</param>
/// <param name="Interval">The interval of the share; null for a number, which is exact.</param>
internal readonly record struct LabelValue(double Value, Interval? Interval)
{
    /// <summary>The highest value that the window is consistent with.</summary>
    public double Highest => Interval?.High ?? Value;

    public static LabelValue Of(TrendUpdated window, string label, LabelMeasure measure)
    {
        if (measure == LabelMeasure.Count)
            return new(window.Labels.GetValueOrDefault(label), null);
        var share = Share.Of(window, label);
        return new(share.Value, share.Interval);
    }

    /// <summary>Formats the value with its interval, such as "30 % (95 % interval 22–40 %)".</summary>
    public string Describe(LabelMeasure measure) => Interval is { } interval
        ? L["{0} (95 % interval {1})", DisplayText.Amount(Value, measure), DisplayText.Percent(interval)]
        : DisplayText.Amount(Value, measure);
}
