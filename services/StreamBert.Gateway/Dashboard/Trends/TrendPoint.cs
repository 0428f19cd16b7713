using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>A window on the chart: its position in percent of the width, and the value of each drawn label.</summary>
internal sealed record TrendPoint(TrendUpdated Window, double X, double Left, double Width, IReadOnlyDictionary<string, LabelValue> Values)
{
    public DateTimeOffset Start => Window.Window.Start;

    public DateTimeOffset End => Window.Window.End;
}
