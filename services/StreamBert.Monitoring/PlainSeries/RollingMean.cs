namespace StreamBert.Monitoring.PlainSeries;

/// <summary>Computes the mean of the last values.</summary>
internal sealed class RollingMean
{
    private readonly double[] _values;
    private int _count;

    public RollingMean(int length) => _values = new double[length];

    /// <summary>Adds a value and returns the mean of the last ones; of those there are, while there are fewer.</summary>
    public double Add(double value)
    {
        _values[_count++ % _values.Length] = value;
        var count = Math.Min(_count, _values.Length);
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += _values[i];
        return sum / count;
    }
}
