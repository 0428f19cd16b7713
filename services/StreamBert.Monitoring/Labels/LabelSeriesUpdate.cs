using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Labels;

/// <summary>Adds windows to the state of a series: spans, steps of the slow change, dispersion and baseline.</summary>
/// <param name="rule">The rule.</param>
/// <param name="budget">The budget of its series.</param>
/// <param name="revisableWindows">The number of closed windows that late texts can revise.</param>
internal sealed class LabelSeriesUpdate(LabelRule rule, LabelBudget budget, int revisableWindows)
{
    /// <summary>The CUSUM is not raised beyond so many times its threshold.</summary>
    private const double SlowLimit = 2;

    private static readonly bool[] Directions = [true, false];

    /// <summary>Adds a closed window to what is judged.</summary>
    /// <returns>The largest scale whose span has moved.</returns>
    public int Add(
        LabelSeries series, LabelModel model, LabelWindow window, in LabelCounts counts, BaselineEstimate? prediction, bool isAll)
    {
        if (series.Spans.Values.Length == 0)
            (series.Spans, series.HeldBack) = (SpanBlocks.Create(model.Scales), HeldBackSpans.Create(model.Scales));
        if (model.IsHopping)
            series.Hopping ??= HoppingWindow.Create(model.HoppingWindows);
        if (rule.Threshold is null && prediction is { } expected && series.SolvedHour != window.Slot.HourOfWeek)
            Solve(series, model, window.Slot, expected, isAll);
        var sums = model.SumsOf(counts, prediction);
        series.Hopping?.Add(window.Index, sums, window.IsPartial);
        var largest = series.Spans.Add(window.Index, sums);
        AddStep(series, model, window, counts, isStepComplete: largest > model.StepScale);
        series.Recent.Add(new()
        {
            Index = window.Index,
            Clusters = counts.Clusters.All,
            Amount = counts.Clusters.Selected,
            Texts = counts.Texts.All,
            Selected = counts.Texts.Selected,
            Mean = prediction?.Mean,
            Variance = prediction?.Variance ?? 0,
        });
        if (series.Recent.Count > revisableWindows)
            series.Recent.RemoveRange(0, series.Recent.Count - revisableWindows);
        series.EmptyWindows = counts.Texts.All > 0 ? 0 : series.EmptyWindows + 1;
        return largest;
    }

    /// <summary>Learns a window after it was judged.</summary>
    /// <param name="series">The series.</param>
    /// <param name="model">The model of its pool.</param>
    /// <param name="window">The window.</param>
    /// <param name="counts">Its counts.</param>
    /// <param name="largest">The largest scale whose span has moved.</param>
    /// <param name="isAlarmed">Whether an alert on the series is active.</param>
    /// <param name="parent">The prediction for the whole pipeline, for one of its segments.</param>
    /// <param name="hasPrior">Whether the share was known before the first text.</param>
    public static void Learn(
        LabelSeries series, LabelModel model, LabelWindow window, in LabelCounts counts, int largest, bool isAlarmed,
        BaselineEstimate? parent, bool hasPrior)
    {
        // The error of what is known from elsewhere is the same in all windows: it is no dispersion.
        var hasOwnBaseline = series.Baseline.LearnedHours > 0;
        if (isAlarmed)
            series.HeldBack.Clear();
        for (var scale = 0; scale <= largest && !isAlarmed && hasOwnBaseline; scale++)
        {
            if (series.Spans.IsComplete(scale))
                model.MeasureDispersion(series, scale, series.HeldBack.Exchange(scale, HeldBackSpan.Of(series.Spans.At(scale))));
        }
        var exposure = model.Measure == BaselineMeasure.Share ? counts.Clusters.All : 1;
        model.Learning.Add(series.Baseline, window.Index, window.Slot, exposure, counts.Clusters.Selected, isAlarmed, parent, hasPrior);
    }

    /// <summary>Replaces the counts of a window that late texts have revised.</summary>
    /// <returns>The scales of the spans that have changed; none if the window is too old.</returns>
    public static IReadOnlyList<int> Revise(LabelSeries series, LabelModel model, LabelWindow window, in LabelCounts counts)
    {
        if (series.Recent.Find(recent => recent.Index == window.Index) is not { Estimate: { } prediction } judged)
            return [];
        var before = new LabelCounts((judged.Texts, judged.Selected), (judged.Clusters, judged.Amount));
        var change = model.SumsOf(counts, prediction) - model.SumsOf(before, prediction);
        var isShare = model.Measure == BaselineMeasure.Share;
        BaselineLearning.Revise(
            series.Baseline, window.Index, isShare ? counts.Clusters.All - judged.Clusters : 0, counts.Clusters.Selected - judged.Amount);
        (judged.Clusters, judged.Amount) = (counts.Clusters.All, counts.Clusters.Selected);
        (judged.Texts, judged.Selected) = (counts.Texts.All, counts.Texts.Selected);
        var scales = series.Spans.Revise(window.Index, change);
        return series.Hopping?.Revise(window.Index, change) == true ? [.. scales.Union([model.FirstScale])] : scales;
    }

    private static void AddStep(LabelSeries series, LabelModel model, LabelWindow window, in LabelCounts counts, bool isStepComplete)
    {
        if (model.Seasonal.PredictFromGoodWeeks(series.Baseline, window.Slot) is not { } reference)
            return;
        series.StepSums += model.SumsOf(counts, reference);
        if (!isStepComplete)
            return;
        var step = series.StepSums;
        series.StepSums = default;
        if (step.Size < 1)
            return;
        var (deviation, variance) = (step.Amount - step.Expected, model.VarianceOfAmount(series, model.StepScale, step));
        foreach (var isAbove in Directions)
        {
            var direction = series.Direction(isAbove);
            var allowance = SlowChange.AllowanceFor(step.Uncertainty * step.Uncertainty / variance, direction.SlowThreshold);
            var residual = (isAbove ? deviation : -deviation) / Math.Sqrt(variance);
            var start = window.Index + 1 - (1L << model.StepScale);
            direction.Slow.Add(step, residual - allowance, start, SlowLimit * direction.SlowThreshold);
        }
    }

    /// <summary>Solves the thresholds, once an hour: the model of a series changes slowly.</summary>
    private void Solve(LabelSeries series, LabelModel model, WeekSlot slot, BaselineEstimate expected, bool isAll)
    {
        series.SolvedHour = slot.HourOfWeek;
        foreach (var isAbove in Directions.Where(isAbove => rule.Watches(isAbove)))
        {
            var direction = series.Direction(isAbove);
            var (windows, steps) = (budget.RunLength(rule, isAll, isAbove), Math.Pow(2, model.StepScale));
            if (model.Measure == BaselineMeasure.Share)
            {
                direction.SpanThreshold = LabelThresholds.OfShareSpans(model.ShareModelOf(series, expected.Mean, isAbove), windows);
                direction.SlowThreshold =
                    LabelThresholds.OfShareSteps(model.StepModelOf(series, expected.Mean, isAbove), Math.Max(2, windows / steps));
            }
            else
            {
                direction.SpanThreshold = LabelThresholds.OfCountSpans(model.CountModelOf(series, expected.Mean), windows);
                direction.SlowThreshold = LabelThresholds.OfCountSteps(Math.Max(2, windows / steps));
            }
        }
    }
}
