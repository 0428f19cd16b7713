namespace StreamBert.Monitoring.PlainSeries;

/// <summary>Estimates the usual size of a quantity: a slow mean of its sizes, each limited to four times the mean so far.</summary>
internal sealed class UsualScale
{
    private const double Weight = 0.002;
    private const double Limit = 4;

    private int _rows;

    /// <summary>The usual size; 0 while all values were 0.</summary>
    public double Value { get; private set; }

    public void Add(double size)
    {
        var weight = Math.Max(Weight, 1.0 / ++_rows);
        Value += weight * ((Value > 0 ? Math.Min(size, Limit * Value) : size) - Value);
    }
}
