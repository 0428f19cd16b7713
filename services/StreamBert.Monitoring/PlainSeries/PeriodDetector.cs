namespace StreamBert.Monitoring.PlainSeries;

/// <summary>
/// Finds the period of a series by the autocorrelation of its last rows: the lag of the highest local maximum. It is computed again from
/// time to time only.
/// </summary>
internal static class PeriodDetector
{
    private const int MaximumRows = 2048;
    private const int MinimumLag = 8;
    private const double MinimumCorrelation = 0.3;

    /// <summary>Returns the period in rows; 0 if none is evident.</summary>
    public static int Find(SeriesHistory history)
    {
        var values = Centered(history);
        var longest = values.Length / 3;
        var (best, period) = (MinimumCorrelation, 0);
        var (hasFallen, before, current) = (false, double.MaxValue, Correlation(values, 1));
        for (var lag = 2; lag <= longest; lag++)
        {
            var next = Correlation(values, lag);
            hasFallen |= current < MinimumCorrelation / 3;
            if (hasFallen && lag > MinimumLag && current > best && current >= before && current >= next)
                (best, period) = (current * 1.05, lag - 1); // a multiple of the period is no better
            (before, current) = (current, next);
        }
        return period;
    }

    /// <summary>Returns the last rows without their mean, limited to three mean absolute deviations.</summary>
    private static double[] Centered(SeriesHistory history)
    {
        var count = Math.Min(history.Count, MaximumRows);
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = history.Back(count - 1 - i);
        var mean = values.Average();
        var limit = 3 * values.Average(value => Math.Abs(value - mean));
        return Array.ConvertAll(values, value => Math.Clamp(value - mean, -limit, limit));
    }

    private static double Correlation(double[] values, int lag)
    {
        double products = 0, first = 0, second = 0;
        for (var i = lag; i < values.Length; i++)
        {
            products += values[i] * values[i - lag];
            first += values[i] * values[i];
            second += values[i - lag] * values[i - lag];
        }
        return first > 0 && second > 0 ? products / Math.Sqrt(first * second) : 0;
    }
}
