using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Compares the last hours with the last-good week: spans of 6 hours, which find large changes, and of 24 hours, which find small ones.
/// </summary>
/// <param name="state">The state, in which the dispersions are learned.</param>
/// <param name="journal">The hours.</param>
/// <param name="weeks">The last-good week.</param>
/// <param name="rules">The rules of the pipeline.</param>
internal sealed class SpanComparison(DriftState state, HourJournal journal, WeekReferences weeks, MonitorRules rules)
{
    /// <summary>The reference of comparisons, as <see cref="DriftDetected.Against"/> names it.</summary>
    public const string LastGoodWeek = "last-good-week";

    /// <summary>The minimum number of texts, or of clusters for label mixes, in a span.</summary>
    public const double MinimumCount = DriftReported.NeededTexts;

    /// <summary>The share of the floor below which drift has ended, and the p-value above which a distance is normal.</summary>
    private const double ClearingShare = 0.7, NormalPValue = 0.05;

    /// <summary>The number of days on which an hour must have been observed to be a reference by itself.</summary>
    private const int SettledDays = 3;

    private const int ShortSpan = 6, LongSpan = 24;

    /// <summary>Compares a quantity, and learns its dispersion from a span without drift.</summary>
    /// <param name="measure">The quantity.</param>
    /// <param name="parts">The number of quantities among which the budget is divided.</param>
    /// <param name="isGood">Whether the last hour is fit as a reference.</param>
    public DriftResult Compare(DriftMeasure measure, int parts, bool isGood)
    {
        var shortResult = Compare(measure, ShortSpan, 2 * parts, isGood);
        var longResult = Compare(measure, LongSpan, 2 * parts, isGood);
        if (longResult is null || shortResult is { Condition: Condition.Breach })
            return shortResult ?? new() { Kind = measure.Kind, Head = measure.Head, Condition = Condition.Normal };
        if (longResult.Condition == Condition.Breach && shortResult?.Details.Distance < ClearingShare * measure.Floor)
            return shortResult; // the last hours are normal again: the change has ended
        return longResult.Condition > (shortResult?.Condition ?? Condition.Normal) ? longResult : shortResult ?? longResult;
    }

    private DriftResult? Compare(DriftMeasure measure, int span, int parts, bool isGood)
    {
        var hours = journal.Last(span);
        if (hours.Count == 0)
            return null;
        var reference = weeks.Before(hours[0].Start);
        if (reference.Age < DriftReported.NeededHours * journal.Hour || reference.Expect(hours, measure) is not { } expected
            || expected.Observed.Sum() < MinimumCount)
        {
            return null;
        }
        var distance = measure.Compare(expected.Observed, expected.Shares, expected.Count);
        var dispersion = state.DispersionOf($"{measure.Name}/{span}");
        var p = dispersion.PValue(distance);
        var isBreach = p <= DriftLevel.Of(rules.Budget, parts, span, journal.Hour) && distance.Value >= measure.Floor
            && IsUntypical(measure, expected, reference);
        if (isGood && !isBreach)
            dispersion.Learn(distance, 1.0 / span);
        var isNormal = distance.Value < ClearingShare * measure.Floor || p > NormalPValue;
        return new DriftResult
        {
            Kind = measure.Kind,
            Head = measure.Head,
            Condition = isBreach ? Condition.Breach : isNormal ? Condition.Normal : Condition.Inconclusive,
            Window = new(hours[0].Start, hours[^1].End),
            Details = DriftDetails.Of(measure, distance, p, expected) with { Against = LastGoodWeek, ModelVersion = state.Version },
            ReferenceMean = measure.MeanOf(expected.Shares),
            ObservedMean = measure.MeanOf(expected.Observed),
            BaselineHours = reference.Age / TimeSpan.FromHours(1),
        };
    }

    /// <summary>
    /// Whether the span differs also from the typical hour, as long as each hour of the day was observed on few days: otherwise the end of
    /// an incident that the first days contain would be a drift.
    /// </summary>
    private static bool IsUntypical(DriftMeasure measure, WeekExpectation expected, WeekReference reference) => expected.Days >= SettledDays
        || reference.Typical(measure) is not { Length: > 0 } typical
        || measure.Compare(expected.Observed, typical, expected.Count).Value >= measure.Floor;
}
