namespace StreamBert.Monitoring.Backtesting;

/// <summary>Compares values with the mean of learnt ones, plus and minus three standard deviations, by Welford's method.</summary>
internal sealed class StaticThreshold
{
    private const double Deviations = 3;

    /// <summary>The minimum number of learnt values.</summary>
    private const int MinimumValues = 20;

    private long _count;
    private double _mean, _squares;
    private bool? _isBeyond;

    /// <summary>Whether enough values are learnt to compare others.</summary>
    public bool HasLearnt => _count >= MinimumValues;

    public void Learn(double value)
    {
        var difference = value - _mean;
        _mean += difference / ++_count;
        _squares += difference * (value - _mean);
    }

    /// <summary>Returns whether a value begins a run above the threshold (true) or below it (false); null if it begins none.</summary>
    public bool? Begins(double value)
    {
        if (!HasLearnt)
            return null;
        var limit = Deviations * Math.Sqrt(_squares / (_count - 1));
        bool? isBeyond = value > _mean + limit ? true : value < _mean - limit ? false : null;
        var begins = isBeyond is not null && isBeyond != _isBeyond ? isBeyond : null;
        _isBeyond = isBeyond;
        return begins;
    }
}
