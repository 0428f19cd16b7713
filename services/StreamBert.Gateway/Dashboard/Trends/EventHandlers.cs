using Microsoft.AspNetCore.Components;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>Declares the event that dashboard.js raises for a chart, as Razor requires it.</summary>
[EventHandler("onspanselect", typeof(SpanSelectEventArgs), enableStopPropagation: false, enablePreventDefault: false)]
public static class EventHandlers;

/// <summary>The ends of what was selected by dragging, in fractions of the width of the chart.</summary>
public sealed class SpanSelectEventArgs : EventArgs
{
    public double Left { get; set; }

    public double Right { get; set; }
}
