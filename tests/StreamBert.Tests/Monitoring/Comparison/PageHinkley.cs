namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>
/// The Page–Hinkley test with the defaults of the library River: 30 values at least, δ 0.005, threshold 50, forgetting factor 0.9999, both
/// directions, started again after a change.
/// </summary>
internal sealed class PageHinkley
{
    private const int MinimumValues = 30;
    private const double Delta = 0.005, Threshold = 50, Forgetting = 0.9999;

    private int _count;
    private double _mean, _increase, _decrease, _lowest, _highest;

    /// <summary>Adds a value; returns true if the mean has changed.</summary>
    public bool Add(double value)
    {
        _mean += (value - _mean) / ++_count;
        _increase = Forgetting * _increase + value - _mean - Delta;
        _decrease = Forgetting * _decrease + value - _mean + Delta;
        (_lowest, _highest) = (Math.Min(_lowest, _increase), Math.Max(_highest, _decrease));
        var isChange = _count >= MinimumValues && Math.Max(_increase - _lowest, _highest - _decrease) > Threshold;
        if (isChange)
            (_count, _mean, _increase, _decrease, _lowest, _highest) = (0, 0, 0, 0, 0, 0);
        return isChange;
    }
}
