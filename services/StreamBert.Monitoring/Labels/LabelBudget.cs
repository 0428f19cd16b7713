using StreamBert.Contracts;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// Divides the budget of false alarms of a kind of alert: the series of the whole pipeline get half, the segments the other half, each by
/// the weights of the rules; and each series divides its part over its two statistics.
/// </summary>
internal sealed class LabelBudget
{
    private const double WholePipeline = 0.5, Statistics = 2;

    private readonly double _windows;
    private readonly Dictionary<bool, double> _whole = [], _segments = [];

    /// <param name="budget">The budget of a kind of alert.</param>
    /// <param name="window">The length of a window.</param>
    /// <param name="rules">The rules, each with its number of segments.</param>
    public LabelBudget(FalseAlarmBudget budget, TimeSpan window, IReadOnlyList<(LabelRule Rule, int Segments)> rules)
    {
        _windows = budget.Per / window / budget.FalseAlarms;
        foreach (var isAbove in new[] { true, false })
        {
            var watching = rules.Where(rule => rule.Rule.Watches(isAbove)).ToList();
            _whole[isAbove] = watching.Sum(static rule => rule.Rule.Weight);
            _segments[isAbove] = watching.Sum(static rule => rule.Rule.Weight * rule.Segments);
        }
    }

    /// <summary>Returns the mean number of windows between two false alarms of one statistic of a series.</summary>
    public double RunLength(LabelRule rule, bool isWholePipeline, bool isAbove)
    {
        var hasSegments = _segments[isAbove] > 0;
        var part = isWholePipeline
            ? rule.Weight / _whole[isAbove] * (hasSegments ? WholePipeline : 1)
            : rule.Weight / Math.Max(rule.Weight, _segments[isAbove]) * (1 - WholePipeline);
        return _windows * Statistics / part;
    }
}
