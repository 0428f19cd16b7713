using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Compares a new model version with the version before it on adjacent hours: 1, 6 and 24 hours after the change with as many before,
/// moved by what the last-good week expects between them. The same comparison at hours without a change shows how much adjacent spans
/// differ by themselves. As nothing but the version should change, the floor is half of that of drift.
/// </summary>
/// <param name="state">The state, in which the dispersions are learned.</param>
/// <param name="journal">The hours.</param>
/// <param name="weeks">The last-good week.</param>
internal sealed class VersionComparison(DriftState state, HourJournal journal, WeekReferences weeks)
{
    /// <summary>The reference of comparisons, as <see cref="DriftDetected.Against"/> names it.</summary>
    public const string PreviousVersion = "previous-version";

    /// <summary>The probability of a false alarm after a change, divided among the comparisons of one change.</summary>
    private const double LevelPerChange = 0.02;

    private const double FloorShare = 0.5;

    private static readonly int[] Spans = [1, 6, 24];

    /// <summary>Compares the versions if enough hours have passed since the change, and learns how much adjacent spans differ.</summary>
    /// <param name="measures">All quantities.</param>
    /// <param name="isGood">Whether the last hour is fit as a reference.</param>
    public IEnumerable<DriftResult> Compare(IReadOnlyList<DriftMeasure> measures, bool isGood)
    {
        List<DriftMeasure> compared = [.. measures.Where(static measure =>
            measure.Kind is AlertKinds.LabelDrift or AlertKinds.ConfidenceDrift)];
        if (isGood)
            Learn(compared);
        if (state.ChangedAt is not { } changedAt || state.PreviousVersion is null)
            yield break;
        var end = journal.Hours[^1].End;
        foreach (var span in Spans.Where(span => span > state.ComparedHours && end - changedAt >= span * journal.Hour))
        {
            state.ComparedHours = span;
            foreach (var measure in compared)
            {
                if (Compare(measure, changedAt, span, compared.Count) is { } result)
                    yield return result;
            }
        }
    }

    private DriftResult? Compare(DriftMeasure measure, DateTimeOffset changedAt, int span, int measures)
    {
        if (Adjacent(measure, changedAt, span) is not { } adjacent)
            return null;
        var distance = measure.Compare(adjacent.Observed, adjacent.Shares, adjacent.Count);
        var p = state.DispersionOf(NameOf(measure, span)).PValue(distance);
        var floor = FloorShare * measure.Floor;
        return new DriftResult
        {
            Kind = AlertKinds.VersionChange,
            Head = measure.Head,
            Detail = measure.Comparison == DriftComparison.Labels ? "" : "confidence",
            Condition = p <= LevelPerChange / (Spans.Length * measures) && distance.Value >= floor ? Condition.Breach : Condition.Normal,
            Window = new(changedAt, changedAt + span * journal.Hour),
            Details = DriftDetails.Of(measure with { Floor = floor }, distance, p, adjacent) with
            {
                Against = PreviousVersion,
                ModelVersion = state.Version,
                PreviousVersion = state.PreviousVersion,
            },
            ReferenceMean = measure.MeanOf(adjacent.Shares),
            ObservedMean = measure.MeanOf(adjacent.Observed),
        };
    }

    private void Learn(List<DriftMeasure> measures)
    {
        var end = journal.Hours[^1].End;
        foreach (var span in Spans.Where(span => state.ChangedAt is not { } changedAt || end - changedAt >= 2 * span * journal.Hour))
        {
            foreach (var measure in measures)
            {
                if (Adjacent(measure, end - span * journal.Hour, span) is { } adjacent)
                {
                    var distance = measure.Compare(adjacent.Observed, adjacent.Shares, adjacent.Count);
                    state.DispersionOf(NameOf(measure, span)).Learn(distance, 1.0 / span);
                }
            }
        }
    }

    /// <summary>Returns the counts of a span and what the span before it leads to expect.</summary>
    private WeekExpectation? Adjacent(DriftMeasure measure, DateTimeOffset middle, int span)
    {
        var (before, after) = journal.Around(middle, span * journal.Hour);
        if (before.Count == 0 || after.Count == 0)
            return null;
        var (reference, observed) = (SumOf(measure, before), SumOf(measure, after));
        var (count, minimum) = (reference.Sum(), SpanComparison.MinimumCount);
        if (count < minimum || observed.Sum() < minimum)
            return null;
        var week = weeks.Before(before[0].Start);
        double[] shares = [.. reference.Select(value => value / count)];
        if (week.Expect(before, measure) is { } expectedBefore && week.Expect(after, measure) is { } expectedAfter)
            shares = Move(shares, expectedBefore.Shares, expectedAfter.Shares);
        return new(observed, shares, count, 0);
    }

    /// <summary>Adds the expected change between the spans to the shares.</summary>
    private static double[] Move(double[] shares, double[] before, double[] after)
    {
        var moved = shares.Select((share, bin) => Math.Max(0, share + after[bin] - before[bin])).ToArray();
        var sum = moved.Sum();
        return sum > 0 ? Array.ConvertAll(moved, share => share / sum) : shares;
    }

    private static double[] SumOf(DriftMeasure measure, List<HourProfile> hours)
    {
        var sum = new double[measure.CountsOf(hours[0]).Values.Length];
        foreach (var counts in hours.Select(measure.CountsOf))
        {
            for (var bin = 0; bin < sum.Length; bin++)
                sum[bin] += counts.Values[bin];
        }
        return sum;
    }

    private static string NameOf(DriftMeasure measure, int span) => $"{measure.Name}/adjacent/{span}";
}
