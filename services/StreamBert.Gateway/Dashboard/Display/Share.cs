using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>The share of a label among texts, with its 95 % confidence interval.</summary>
internal readonly record struct Share(long Selected, long Count, Interval Interval)
{
    public double Value => Count == 0 ? 0 : (double)Selected / Count;

    public static Share Of(long selected, long count) => new(selected, count, WilsonInterval.Of(selected, count));

    public static Share Of(TrendUpdated window, string label) => Of(window.Labels.GetValueOrDefault(label), window.Count);

    public static Share Of(IEnumerable<TrendUpdated> windows, string label)
    {
        long selected = 0, count = 0;
        foreach (var window in windows)
        {
            selected += window.Labels.GetValueOrDefault(label);
            count += window.Count;
        }

        return Of(selected, count);
    }
}
