using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Reading;

/// <summary>Merges neighbouring windows of one series to points that cover the same span of event time each.</summary>
/// <param name="span">The span of a point.</param>
internal sealed class TrendMerger(TimeSpan span)
{
    /// <summary>The decimals of confidences in trends.</summary>
    private const int ConfidenceDecimals = 6;

    private readonly List<TrendUpdated> _merged = [];
    private readonly List<TrendUpdated> _pending = [];

    /// <summary>Adds the next window; windows come in the order of their time.</summary>
    public void Add(TrendUpdated window)
    {
        if (_pending.Count > 0 && BeginOf(_pending[0]) != BeginOf(window))
            MergePending();
        _pending.Add(window);
    }

    /// <summary>Returns the points, after the last window.</summary>
    public IReadOnlyList<TrendUpdated> Complete()
    {
        if (_pending.Count > 0)
            MergePending();
        return _merged;
    }

    /// <summary>Merges windows: counts add up, and means are weighted by the number of texts.</summary>
    internal static TrendUpdated Merge(IReadOnlyList<TrendUpdated> windows, TimeWindow covered) => windows[0] with
    {
        Window = covered,
        Count = windows.Sum(static window => window.Count),
        Labels = SumLabels(windows),
        Stories = windows.Any(static window => window.Stories is null) ? null : windows.Sum(static window => window.Stories),
        Expected = MergeExpected(windows),
        MeanConfidence = Math.Round(MeanOf(windows.Select(static window => (window.MeanConfidence, window.Count))), ConfidenceDecimals),
        Late = windows.Sum(static window => window.Late),
        Revision = windows.Max(static window => window.Revision),
    };

    private void MergePending()
    {
        var begin = BeginOf(_pending[0]);
        var end = _pending[^1].Window.End is var last && last > begin + span ? last : begin + span;
        _merged.Add(Merge(_pending, new(begin, end)));
        _pending.Clear();
    }

    private DateTimeOffset BeginOf(TrendUpdated window)
    {
        var ticks = window.Window.Start.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return DateTimeOffset.UnixEpoch.AddTicks((long)Math.Floor((decimal)ticks / span.Ticks) * span.Ticks);
    }

    private static Dictionary<string, long> SumLabels(IReadOnlyList<TrendUpdated> windows)
    {
        var sums = new Dictionary<string, long>(windows[0].Labels);
        foreach (var (label, count) in windows.Skip(1).SelectMany(static window => window.Labels))
            sums[label] = sums.GetValueOrDefault(label) + count;
        return sums;
    }

    private static List<Expectation> MergeExpected(IReadOnlyList<TrendUpdated> windows) =>
    [
        .. windows.SelectMany(static window => window.Expected.Select(expected => (Expected: expected, window.Count)))
            .GroupBy(static item => (item.Expected.Label, item.Expected.Measure))
            .Select(group => IsShare(group.Key.Label, group.Key.Measure) ? Average([.. group]) : Sum([.. group], windows.Count))
            .OfType<Expectation>(),
    ];

    private static bool IsShare(string? label, LabelMeasure? measure) => label is not null && measure != LabelMeasure.Count;

    /// <summary>
    /// Averages expected shares by the number of texts. The bounds are averaged too, as if all windows deviated in the same direction: the
    /// interval is wider than that of independent windows.
    /// </summary>
    private static Expectation? Average(IReadOnlyList<(Expectation Expected, long Count)> items)
    {
        if (items.Sum(static item => item.Count) == 0)
            return null;
        var low = MeanOf(items.Select(static item => (item.Expected.Interval.Low, item.Count)));
        var high = MeanOf(items.Select(static item => (item.Expected.Interval.High, item.Count)));
        return items[0].Expected with
        {
            Value = MeanOf(items.Select(static item => (item.Expected.Value, item.Count))),
            Interval = new(low, high),
        };
    }

    /// <summary>Adds expected counts and their bounds; null if a window expected nothing, because the sum would be too low.</summary>
    private static Expectation? Sum(IReadOnlyList<(Expectation Expected, long Count)> items, int windows)
    {
        if (items.Count != windows)
            return null;
        var low = items.Sum(static item => item.Expected.Interval.Low);
        var high = items.Sum(static item => item.Expected.Interval.High);
        return items[0].Expected with { Value = items.Sum(static item => item.Expected.Value), Interval = new(low, high) };
    }

    private static double MeanOf(IEnumerable<(double Value, long Count)> items)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var item in items)
            (sum, count) = (sum + item.Value * item.Count, count + item.Count);
        return count == 0 ? 0 : sum / count;
    }
}
