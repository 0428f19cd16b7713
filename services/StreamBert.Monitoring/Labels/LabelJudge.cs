using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// Judges one series of a label rule: spans of 1, 2, 4, … windows up to a day, and a slow change against the last good weeks, under one
/// budget.
/// </summary>
/// <param name="rule">The rule.</param>
/// <param name="length">The length of a window.</param>
internal sealed class LabelJudge(LabelRule rule, TimeSpan length)
{
    /// <summary>The normal quantile of a two-sided 95 % interval.</summary>
    private const double TwoSided95 = WilsonInterval.TwoSided95;

    /// <summary>A span tells whether a change continues if at least so much is expected of one that does.</summary>
    private const int SufficientAmount = 10;

    private const double FirstWeek = 168;

    private readonly EffectFloor _floor = new(rule);

    /// <summary>The span that speaks most against the expectation, and how strongly.</summary>
    private sealed record Finding(SpanSums Sums, LabelStatistic Statistic, double PValue, double Inflation, long Windows, long End);

    /// <summary>Judges a direction.</summary>
    /// <param name="alert">The alert rule of the series and the direction.</param>
    /// <param name="series">The series.</param>
    /// <param name="model">The model of its pool.</param>
    /// <param name="window">The window.</param>
    /// <param name="scales">The scales of the spans that the window has changed.</param>
    /// <param name="isActive">Whether the alert is active.</param>
    /// <param name="isAbove">Whether rises are judged.</param>
    public Assessment Judge(
        AlertRule alert, LabelSeries series, LabelModel model, LabelWindow window, IEnumerable<int> scales, bool isActive, bool isAbove)
    {
        var finding = rule.Threshold is { } limit ? OverLimit(series, model, limit, isAbove)
            : MostUnlikely(series, model, scales, isAbove) ?? SlowChangeOf(series, model, isAbove);
        if (finding is not null)
            return Assess(alert, series, model, window, finding, Condition.Breach, isAbove);
        var recent = RecentOf(series, model, isAbove);
        var condition = isActive && IsElevated(series, recent.Sums, isAbove) ? Condition.Inconclusive : Condition.Normal;
        return Assess(alert, series, model, window, recent, condition, isAbove);
    }

    /// <summary>Returns the most unlikely span whose deviation matters and still lasts; null if none is an alarm.</summary>
    private Finding? MostUnlikely(LabelSeries series, LabelModel model, IEnumerable<int> scales, bool isAbove)
    {
        Finding? found = null;
        var smallest = Math.Exp(-series.Direction(isAbove).SpanThreshold);
        foreach (var scale in scales)
        {
            var sums = series.Spans.At(scale);
            if (scale < model.FirstScale || !_floor.IsReached(sums, isAbove) || !_floor.IsElevated(series.Spans.LaterHalf(scale), isAbove))
                continue;
            var p = SpanTest.PValue(model.Measure, sums, model.VarianceOf(series, scale, sums), isAbove);
            if (p > smallest)
                continue;
            smallest = p;
            found = FindingOf(series, model, scale, sums, p);
        }
        return found;
    }

    private static Finding FindingOf(LabelSeries series, LabelModel model, int scale, SpanSums sums, double p) => new(
        sums, LabelStatistic.Span, p, model.InflationOf(series, scale, sums.Size), 1L << scale, series.Spans.EndOf(scale));

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

    /// <summary>Returns the shortest span with enough texts if it exceeds the fixed limit.</summary>
    private Finding? OverLimit(LabelSeries series, LabelModel model, double limit, bool isAbove)
    {
        var scale = model.FirstScale;
        var sums = series.Spans.At(scale);
        while (model.Measure == BaselineMeasure.Share && Evidence(sums, isAbove) < rule.MinimumCount && scale < series.Spans.Levels)
            sums = series.Spans.At(++scale);
        var value = model.Measure == BaselineMeasure.Share ? sums.Mean : sums.Amount;
        var isOver = isAbove ? value >= limit && Evidence(sums, true) >= Math.Min(rule.MinimumCount, Math.Max(1, limit)) : value <= limit;
        return isOver && (isAbove || sums.Size > 0)
            ? FindingOf(series, model, scale, sums, p: 0) with { Statistic = LabelStatistic.Threshold } : null;
    }

    private static double Evidence(in SpanSums sums, bool isAbove) => isAbove ? sums.Amount : sums.Size;

    /// <summary>Returns the shortest span with enough texts to tell whether a change continues.</summary>
    private Finding RecentOf(LabelSeries series, LabelModel model, bool isAbove)
    {
        var scale = model.FirstScale;
        while (scale < series.Spans.Levels && _floor.AmountAtFloor(series.Spans.At(scale), isAbove) < SufficientAmount)
            scale++;
        return FindingOf(series, model, scale, series.Spans.At(scale), p: 1);
    }

    private bool IsElevated(LabelSeries series, in SpanSums recent, bool isAbove) =>
        rule.Threshold is { } limit
            ? isAbove ? recent.Mean >= limit : recent.Mean <= limit
            : _floor.IsElevated(recent, isAbove)
                || series.Direction(isAbove) is { Slow: { Steps: > 0 } slow } direction
                    && slow.Sum >= direction.SlowThreshold / 2 && _floor.IsElevated(slow.Last, isAbove);

    private Assessment Assess(
        AlertRule alert, LabelSeries series, LabelModel model, LabelWindow window, Finding finding, Condition condition, bool isAbove)
    {
        var (sums, end) = (finding.Sums, window.Window.End - (window.Index + 1 - finding.End) * length);
        var hours = model.Pool.Hours;
        var isShare = model.Measure == BaselineMeasure.Share;
        return new(alert, window.Window, condition, new LabelEvidence
        {
            Window = new(end - finding.Windows * length, end),
            Series = alert.Series,
            Rule = rule,
            Statistic = finding.Statistic,
            IsAbove = isAbove,
            Selected = (long)sums.Selected,
            Texts = (long)sums.Texts,
            SelectedClusters = sums.Amount,
            Clusters = isShare ? sums.Size : sums.Amount,
            Inflation = Math.Max(1, finding.Inflation),
            Windows = finding.Windows,
            Expected = rule.Threshold ?? (isShare ? sums.ExpectedMean : sums.Expected / Math.Max(1, finding.Windows)),
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
        return new(rule.Label, mean, new(Math.Max(0, mean - deviation), Math.Min(highest, mean + deviation)));
    }
}
