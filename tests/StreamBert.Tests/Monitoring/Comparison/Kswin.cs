namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>
/// KSWIN (Raab, Heusinger and Schleif 2020) with the defaults of the library River: the last 30 of 100 values are compared with 30 drawn
/// from the rest by the test of Kolmogorov and Smirnov at 0.005, and D must exceed 0.1.
/// </summary>
internal sealed class Kswin(int seed)
{
    private const int WindowSize = 100, StatisticSize = 30;
    private const double Level = 0.005, MinimumDistance = 0.1;

    private readonly Random _random = new(seed);
    private readonly List<double> _window = [];

    /// <summary>Adds a value; returns true if the distribution has changed.</summary>
    public bool Add(double value)
    {
        if (_window.Count == WindowSize)
            _window.RemoveAt(0);
        _window.Add(value);
        if (_window.Count < WindowSize)
            return false;
        double[] older = [.. _window.Take(WindowSize - StatisticSize)], newest = [.. _window.TakeLast(StatisticSize)];
        var (distance, p) = KolmogorovSmirnov.Test(_random.GetItems(older, StatisticSize), newest);
        var isChange = p <= Level && distance > MinimumDistance;
        if (isChange)
            _window.RemoveRange(0, WindowSize - StatisticSize);
        return isChange;
    }
}
