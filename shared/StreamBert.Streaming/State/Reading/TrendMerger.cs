using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Reading;

/// <summary>
/// Merges neighbouring windows of one series to points that cover the same span of event time each. Only the sums of one point are in
/// memory.
/// </summary>
/// <param name="span">The span of a point.</param>
internal sealed class TrendMerger(TimeSpan span)
{
    private readonly List<TrendUpdated> _merged = [];
    private WindowSum? _sum;

    /// <summary>Adds the next window; windows come in the order of their time.</summary>
    public void Add(TrendUpdated window)
    {
        if (_sum is { } sum && BeginOf(sum.First) != BeginOf(window))
            EndPoint(sum);
        if (_sum is null)
            _sum = new(window);
        else
            _sum.Add(window);
    }

    /// <summary>Returns the points, after the last window.</summary>
    public IReadOnlyList<TrendUpdated> Complete()
    {
        if (_sum is { } sum)
            EndPoint(sum);
        return _merged;
    }

    private void EndPoint(WindowSum sum)
    {
        var begin = BeginOf(sum.First);
        var end = begin + span;
        _merged.Add(sum.ToWindow(new(begin, sum.End > end ? sum.End : end)));
        _sum = null;
    }

    private DateTimeOffset BeginOf(TrendUpdated window) => PointSpan.BeginOf(window.Window.Start, span);
}
