using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>The share of a label among texts, with its 95 % confidence interval.</summary>
internal readonly record struct Share(long Selected, long Count, Interval Interval)
{
    public double Value => Count == 0 ? 0 : (double)Selected / Count;

    /// <summary>
    /// Computes a share with the score interval of Wilson (1927), which stays within 0 and 1 and keeps its coverage for small counts and
    /// extreme rates, where p ± 1.96 standard errors does not.
    /// </summary>
    public static Share Of(long selected, long count)
    {
        if (count == 0)
            return new(0, 0, new(0, 1));
        const double z = 1.959963984540054;
        double n = count, p = selected / n, z2 = z * z;
        var centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        var half = z * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
        return new(selected, count, new(Math.Max(0, centre - half), Math.Min(1, centre + half)));
    }

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
