using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>A window on the chart: its position in percent of the width, and the share of each label.</summary>
internal sealed record TrendPoint(TrendUpdated Window, double X, double Left, double Width, IReadOnlyDictionary<string, Share> Shares)
{
    public DateTimeOffset Start => Window.Window.Start;

    public DateTimeOffset End => Window.Window.End;
}
