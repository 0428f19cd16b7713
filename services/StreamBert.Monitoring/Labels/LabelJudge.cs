using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// Judges one series of a label rule: spans of 1, 2, 4, … windows up to a day, and a slow change against the last good weeks, under one
/// budget. A rule with a hopping window judges it and the spans that are longer; one with a fixed limit compares its window with that.
/// </summary>
/// <param name="rule">The rule.</param>
/// <param name="length">The length of a window.</param>
/// <param name="groupsStories">Whether near-duplicate texts are one story.</param>
internal sealed class LabelJudge(LabelRule rule, TimeSpan length, bool groupsStories)
{
    /// <summary>The normal quantile of a two-sided 95 % interval.</summary>
    private const double TwoSided95 = WilsonInterval.TwoSided95;

    /// <summary>A span tells whether a change continues if at least so much is expected of one that does.</summary>
    private const int SufficientAmount = 10;

    private const double FirstWeek = 168;

    private readonly EffectFloor _floor = new(rule);
    private readonly FixedLimit? _limit = rule.Threshold is { } limit ? new(rule, limit) : null;

    /// <summary>The span that speaks most against the expectation, and how strongly.</summary>
    private readonly record struct Finding(
        SpanSums Sums, LabelStatistic Statistic, double PValue, double Inflation, long Windows, long End);

    /// <summary>Judges a direction.</summary>
    /// <param name="alert">The alert rule of the series and the direction.</param>
    /// <param name="series">The series.</param>
    /// <param name="model">The model of its pool.</param>
    /// <param name="window">The window.</param>
    /// <param name="scales">The scales of the spans that the window has changed.</param>
    /// <param name="isActive">Whether the alert is active.</param>
    /// <param name="isAbove">Whether rises are judged.</param>
    public Assessment Judge(
        AlertRule alert, LabelSeries series, LabelModel model, LabelWindow window, ReadOnlySpan<int> scales, bool isActive, bool isAbove)
    {
        if (_limit is not null)
        {
            var (compared, comparison) = Compare(_limit, series, model, isActive, isAbove);
            return Assess(alert, series, model, window, compared, comparison, isAbove);
        }
        if ((MostUnlikely(series, model, scales, isAbove) ?? SlowChangeOf(series, model, isAbove)) is { } finding)
            return Assess(alert, series, model, window, finding, Condition.Breach, isAbove);
        var recent = RecentOf(series, model, isAbove);
        var condition = isActive && IsElevated(series, recent.Sums, isAbove) ? Condition.Inconclusive : Condition.Normal;
        return Assess(alert, series, model, window, recent, condition, isAbove);
    }

    /// <summary>Compares a series with the limit; too few clusters neither raise an alert nor clear it, none at all clear it.</summary>
    private static (Finding Finding, Condition Condition) Compare(
        FixedLimit limit, LabelSeries series, LabelModel model, bool isActive, bool isAbove)
    {
        var span = limit.SpanOf(series, model.FirstScale, isAbove);
        var isSufficient = limit.IsSufficient(span, isAbove);
        var condition = isSufficient && limit.IsReached(span.Sums, isAbove) ? Condition.Breach
            : !isSufficient && isActive && span.Sums.Texts > 0 ? Condition.Inconclusive : Condition.Normal;
        return (FindingOf(series, model, span, p: 0) with { Statistic = LabelStatistic.Threshold }, condition);
    }

    /// <summary>Returns the most unlikely span whose deviation matters and still lasts; null if none is an alarm.</summary>
    private Finding? MostUnlikely(LabelSeries series, LabelModel model, ReadOnlySpan<int> scales, bool isAbove)
    {
        Finding? found = null;
        var smallest = Math.Exp(-series.Direction(isAbove).SpanThreshold);
        foreach (var scale in scales)
        {
            if (scale < model.FirstScale)
                continue;
            var span = series.SpanAt(scale);
            if (!_floor.IsReached(span.Sums, isAbove) || !_floor.IsElevated(span.LaterHalf, isAbove))
                continue;
            var p = SpanTest.PValue(model.Measure, span.Sums, model.VarianceOf(series, scale, span.Sums), isAbove);
            if (p > smallest)
                continue;
            smallest = p;
            found = FindingOf(series, model, span, p);
        }
        return found;
    }

    private static Finding FindingOf(LabelSeries series, LabelModel model, in JudgedSpan span, double p) => new(
        span.Sums, LabelStatistic.Span, p, model.InflationOf(series, span.Scale, span.Sums.Size), span.Windows, span.End);

    /// <summary>Returns the windows since a slow change began if it is an alarm.</summary>
    private Finding? SlowChangeOf(LabelSeries series, LabelModel model, bool isAbove)
    {
        var direction = series.Direction(isAbove);
        var slow = direction.Slow;
        if (slow.Steps == 0 || slow.Sum < direction.SlowThreshold)
            return null;
        var sums = slow.Sums;
        if (!_floor.IsReached(sums, isAbove) || !_floor.IsElevated(slow.Last, isAbove))
            return null;
        var inflation = model.InflationOf(series, model.StepScale, sums.Size / slow.Steps);
        return new(sums, LabelStatistic.SlowChange, slow.PValue, inflation, series.Spans.Next - slow.Since, series.Spans.Next);
    }

    /// <summary>Returns the shortest span with enough texts to tell whether a change continues.</summary>
    private Finding RecentOf(LabelSeries series, LabelModel model, bool isAbove)
    {
        var span = series.SpanAt(model.FirstScale);
        for (var scale = model.FirstScale + 1; scale <= series.Spans.Levels; scale++)
        {
            if (_floor.AmountAtFloor(span.Sums, isAbove) >= SufficientAmount)
                break;
            span = series.SpanAt(scale);
        }
        return FindingOf(series, model, span, p: 1);
    }

    private bool IsElevated(LabelSeries series, in SpanSums recent, bool isAbove) =>
        _floor.IsElevated(recent, isAbove)
            || series.Direction(isAbove) is { Slow: { Steps: > 0 } slow } direction
                && slow.Sum >= direction.SlowThreshold / 2 && _floor.IsElevated(slow.Last, isAbove);

    private Assessment Assess(
        AlertRule alert, LabelSeries series, LabelModel model, LabelWindow window, in Finding finding, Condition condition, bool isAbove)
    {
        var (sums, end) = (finding.Sums, window.Window.End - (window.Index + 1 - finding.End) * length);
        var hours = model.Pool.Hours;
        var isShare = model.Measure == BaselineMeasure.Share;
        return new(alert, window.Window, condition, new LabelEvidence
        {
            Window = new(end - finding.Windows * length, end),
            Series = alert.Series,
            Rule = rule,
            GroupsStories = groupsStories,
            Statistic = finding.Statistic,
            IsAbove = isAbove,
            Selected = (long)sums.Selected,
            Texts = (long)sums.Texts,
            SelectedClusters = sums.Amount,
            Clusters = isShare ? sums.Size : sums.Amount,
            Inflation = Math.Max(1, finding.Inflation),
            Windows = finding.Windows,
            HoppingWindows = model.HoppingWindows,
            Expected = rule.Threshold
                ?? (isShare ? sums.ExpectedMean : sums.Expected / Math.Max(1, finding.Windows) * model.HoppingWindows),
            PValue = finding.PValue,
            BaselineAge = rule.Threshold is null && hours < FirstWeek ? AgeOf(hours) : null,
            IsCritical = _floor.IsCritical(sums, isAbove),
            ExpectedNow = ExpectedNow(series, model),
        });
    }

    /// <summary>Returns the age of a baseline in whole hours, or in whole minutes of the first one.</summary>
    private static TimeSpan AgeOf(double hours) =>
        hours >= 1 ? TimeSpan.FromHours(Math.Floor(hours)) : TimeSpan.FromMinutes(Math.Floor(60 * hours));

    /// <summary>Returns the range in which 95 % of windows with as many texts as the last one are expected.</summary>
    private Expectation? ExpectedNow(LabelSeries series, LabelModel model)
    {
        var sums = series.Spans.At(0);
        if (sums.Size <= 0)
            return null;
        var unit = model.Measure == BaselineMeasure.Share ? sums.Size : 1;
        var (mean, deviation) = (sums.Expected / unit, TwoSided95 * Math.Sqrt(model.VarianceOf(series, 0, sums)) / unit);
        var highest = model.Measure == BaselineMeasure.Share ? 1 : double.MaxValue;
        return new(rule.Label, mean, new(Math.Max(0, mean - deviation), Math.Min(highest, mean + deviation))) { Measure = rule.Measure };
    }
}
