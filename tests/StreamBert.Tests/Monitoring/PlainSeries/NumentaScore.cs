namespace StreamBert.Tests.Monitoring.PlainSeries;

/// <summary>
/// Scores alarms as the benchmark of Numenta does with its standard profile (Lavin and Ahmad 2015): the first alarm within a window counts
/// the more, the earlier it is; a missed window costs 1, and a false alarm up to 0.11. 100 is perfect, 0 is a method that never alarms.
/// </summary>
internal static class NumentaScore
{
    private const double FalseAlarmCost = 0.11;

    /// <summary>The share of the rows of a series that is not judged, and the largest number of them.</summary>
    private const double ProbationShare = 0.15;
    private const int MaxProbation = 750;

    /// <summary>Returns the score of all series at a threshold.</summary>
    public static double Of(IReadOnlyCollection<(GeneratedSeries Series, double[] Scores)> scored, double threshold)
    {
        var windows = scored.Sum(static one => one.Series.Windows.Count);
        return 100 * (scored.Sum(one => Raw(one.Series.Windows, one.Scores, threshold)) + windows) / (2.0 * windows);
    }

    private static double Raw(IReadOnlyList<(int First, int Last)> windows, double[] scores, double threshold)
    {
        var probation = (int)Math.Min(ProbationShare * scores.Length, MaxProbation);
        List<int> alarms = [.. Enumerable.Range(probation, scores.Length - probation).Where(row => scores[row] >= threshold)];
        return windows.Sum(window => Detection(window, alarms)) + alarms.Sum(row => FalseAlarm(windows, row));
    }

    private static double Detection((int First, int Last) window, List<int> alarms)
    {
        var first = alarms.FindIndex(row => row >= window.First && row <= window.Last);
        return first < 0 ? -1 : Weight(-(window.Last - alarms[first] + 1.0) / (window.Last - window.First + 1)) / Weight(-1);
    }

    /// <summary>A false alarm soon after a window costs less; one within a window costs nothing.</summary>
    private static double FalseAlarm(IReadOnlyList<(int First, int Last)> windows, int row)
    {
        if (windows.Any(window => row >= window.First && row <= window.Last))
            return 0;
        var before = windows.Where(window => window.Last < row).OrderBy(static window => window.Last).ToList();
        return FalseAlarmCost * (before is [.., var last] ? Weight((row - last.Last) / Math.Max(1.0, last.Last - last.First - 1)) : -1);
    }

    /// <summary>The weight of a position relative to a window: −1 is its beginning, 0 its end.</summary>
    private static double Weight(double position) => position > 3 ? -1 : 2 / (1 + Math.Exp(5 * position)) - 1;
}
