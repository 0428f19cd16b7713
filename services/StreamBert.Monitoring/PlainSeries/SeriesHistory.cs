namespace StreamBert.Monitoring.PlainSeries;

/// <summary>Holds the last rows of a series in the order of time, and finds the value at an earlier time.</summary>
internal sealed class SeriesHistory
{
    private const int Capacity = 1 << 14;

    private readonly long[] _times = new long[Capacity];
    private readonly double[] _values = new double[Capacity];

    /// <summary>The number of rows that were added.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of rows that are held.</summary>
    public int Count => Math.Min(Rows, Capacity);

    public void Add(long ticks, double value)
    {
        (_times[Rows % Capacity], _values[Rows % Capacity]) = (ticks, value);
        Rows++;
    }

    /// <summary>Returns the value so many rows before the last one (0 is the last).</summary>
    public double Back(int rows) => _values[(Rows - 1 - rows) % Capacity];

    /// <summary>Returns the time so many rows before the last one.</summary>
    public long TimeBack(int rows) => _times[(Rows - 1 - rows) % Capacity];

    /// <summary>
    /// Returns the median of the values around a time: of the row nearest to it and of its neighbours. The result is null if the nearest
    /// row is further away than <paramref name="tolerance"/>.
    /// </summary>
    public double? Around(long ticks, long tolerance)
    {
        var back = Find(ticks);
        if (back < 0 || Math.Abs(TimeBack(back) - ticks) > tolerance)
            return null;
        if (back == 0 || back + 1 >= Count)
            return Back(back);
        var (a, b, c) = (Back(back - 1), Back(back), Back(back + 1));
        return Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
    }

    /// <summary>Returns how many rows back the row nearest to a time is; −1 without rows.</summary>
    private int Find(long ticks)
    {
        var (low, high) = (0, Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (TimeBack(middle) <= ticks)
                high = middle;
            else
                low = middle + 1;
        }
        return low > 0 && Math.Abs(TimeBack(low - 1) - ticks) < Math.Abs(TimeBack(low) - ticks) ? low - 1 : low;
    }
}
