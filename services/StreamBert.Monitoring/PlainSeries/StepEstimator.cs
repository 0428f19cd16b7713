namespace StreamBert.Monitoring.PlainSeries;

/// <summary>Estimates the usual time between two rows: the median of the first ones, after which it is kept.</summary>
internal sealed class StepEstimator
{
    private const int Steps = 101;

    private readonly List<long> _steps = [];
    private long _previous = long.MinValue;
    private long _median;

    /// <summary>Returns the usual step in ticks after a row at that time; 0 while it is unknown.</summary>
    public long Of(long ticks)
    {
        if (_previous != long.MinValue && ticks > _previous && _steps.Count < Steps)
        {
            _steps.Add(ticks - _previous);
            _median = _steps.Order().ElementAt(_steps.Count / 2);
        }
        _previous = ticks;
        return _median;
    }
}
