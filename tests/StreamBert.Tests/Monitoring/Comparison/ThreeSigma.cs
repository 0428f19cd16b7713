namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>The rule that a value is unusual if it is more than three standard deviations from the mean of all values so far.</summary>
internal sealed class ThreeSigma
{
    private const int MinimumValues = 60;

    private int _count;
    private double _mean, _squares;

    /// <summary>Judges a value and learns it.</summary>
    public bool Add(double value)
    {
        var isUnusual = _count >= MinimumValues && Math.Abs(value - _mean) > 3 * Math.Sqrt(_squares / (_count - 1));
        var change = value - _mean;
        _mean += change / ++_count;
        _squares += change * (value - _mean);
        return isUnusual;
    }
}
