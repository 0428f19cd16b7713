namespace StreamBert.Monitoring.Statistics.RunLength;

/// <summary>
/// Relates thresholds of a statistic to the mean number of windows between two episodes that reach them. An episode begins when the
/// statistic exceeds a level and ends when it has stayed below for some windows; its maximum counts (peaks over threshold with runs
/// declustering). Beyond the simulated length the peaks' tail is exponential (Davison and Smith 1990).
/// </summary>
internal sealed class RunLengthCurve
{
    /// <summary>The number of largest peaks to which the exponential is fitted.</summary>
    private const int FittedPeaks = 400;

    /// <summary>The share of windows above the level, if episodes end at the first window below.</summary>
    private const double ShareAbove = 0.1;

    private readonly double[] _peaks;
    private readonly double _windows, _scale;
    private readonly int _fitted;

    private RunLengthCurve(double[] peaks, int windows)
    {
        (_peaks, _windows) = (peaks, windows);
        _fitted = Math.Max(1, Math.Min(FittedPeaks, peaks.Length / 3));
        _scale = peaks.Take(_fitted).Sum(peak => peak - peaks[_fitted - 1]) / _fitted;
    }

    /// <summary>Fits the curve to the statistics of simulated windows.</summary>
    /// <param name="statistics">The value of the statistic in each window.</param>
    /// <param name="gap">The number of windows below the level that end an episode.</param>
    public static RunLengthCurve Fit(ReadOnlySpan<double> statistics, int gap)
    {
        var sorted = statistics.ToArray();
        Array.Sort(sorted);
        var level = sorted[(int)(sorted.Length * (1 - ShareAbove / gap))];
        List<double> peaks = [];
        var below = gap;
        foreach (var value in statistics)
        {
            if (value <= level)
            {
                below++;
                continue;
            }
            if (below >= gap)
                peaks.Add(value);
            else
                peaks[^1] = Math.Max(peaks[^1], value);
            below = 0;
        }
        return new([.. peaks.DefaultIfEmpty(level).OrderDescending()], statistics.Length);
    }

    /// <summary>Returns the threshold that is reached once in <paramref name="meanRunLength"/> windows on average.</summary>
    public double Threshold(double meanRunLength)
    {
        var rank = _windows / meanRunLength;
        if (rank <= _fitted)
            return _peaks[_fitted - 1] + _scale * Math.Log(_fitted / rank);
        var index = Math.Min((int)rank, _peaks.Length - 1);
        return _peaks[index];
    }
}
