using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Drift;

/// <summary>What the last-good week expects of a span of hours.</summary>
/// <param name="Observed">The counts of the span, without hours that have no reference.</param>
/// <param name="Shares">The expected shares.</param>
/// <param name="Count">The number of reference counts.</param>
/// <param name="Days">The number of days on which each hour of the day was observed, at least.</param>
internal sealed record WeekExpectation(double[] Observed, double[] Shares, double Count, int Days);

/// <summary>
/// The last-good week as a reference: each hour is compared with the same hour of other days, working days and weekends apart, so that a
/// daily or weekly cycle of the label mix is no drift. Of three or more days the one that differs most is left out, so that an incident in
/// the week does not become part of the reference.
/// </summary>
internal sealed class WeekReference
{
    private const int HoursPerDay = 24, DaysForTrimming = 3;

    /// <summary>An hour with fewer counts says nothing about the typical shares.</summary>
    private const double MinimumCounts = 10;

    private readonly List<(HourProfile Hour, int Slot)> _good;
    private readonly WeekCalendar _calendar;

    /// <param name="hours">All hours.</param>
    /// <param name="before">The reference ends here.</param>
    /// <param name="calendar">The calendar of the pipeline.</param>
    public WeekReference(IEnumerable<HourProfile> hours, DateTimeOffset before, WeekCalendar calendar) => (_calendar, _good) = (
        calendar,
        [.. hours.Where(hour => hour.IsGood && hour.End <= before).Select(hour => (hour, calendar.SlotOf(hour.Start).HourOfDay))]);

    /// <summary>The time from the first hour of the reference to its end.</summary>
    public TimeSpan Age => _good.Count == 0 ? default : _good[^1].Hour.End - _good[0].Hour.Start;

    /// <summary>Returns the reference hours that correspond to an hour: of the same kind of day, else of the other kind.</summary>
    public IReadOnlyList<HourProfile> Matching(HourProfile hour)
    {
        var slot = _calendar.SlotOf(hour.Start).HourOfDay;
        var same = _good.FindAll(good => good.Slot == slot);
        return (same.Count > 0 ? same : _good.FindAll(good => good.Slot % HoursPerDay == slot % HoursPerDay))
            .ConvertAll(static good => good.Hour);
    }

    /// <summary>Returns the expectation of a span; null if there is no reference for half of it.</summary>
    public WeekExpectation? Expect(IReadOnlyList<HourProfile> span, DriftMeasure measure)
    {
        double[]? observed = null, expected = null;
        double all = 0, covered = 0;
        var (days, used) = (int.MaxValue, new Dictionary<HourProfile, double>());
        foreach (var hour in span)
        {
            var counts = measure.CountsOf(hour);
            var total = counts.Sum();
            all += total;
            List<(HourProfile Hour, double[] Counts)> references = [.. Matching(hour)
                .Select(reference => (reference, measure.CountsOf(reference))).Where(static reference => reference.Item2.Sum() > 0)];
            if (total <= 0 || references.Count == 0)
                continue;
            (days, covered) = (Math.Min(days, references.Count), covered + total);
            var pooled = Pool(Trim(references), used);
            observed = Sum(observed, counts, 1);
            expected = Sum(expected, pooled, total / pooled.Sum());
        }
        return observed is null || expected is null || covered < all / 2 ? null
            : new(observed, [.. expected.Select(value => value / covered)], used.Values.Sum(), days);
    }

    /// <summary>
    /// Returns the median of the shares over all hours: what is typical, whatever the hour. An incident that lasts less than half of a
    /// short history does not change it.
    /// </summary>
    public double[] Typical(DriftMeasure measure)
    {
        List<double[]> shares = [.. _good.Select(good => measure.CountsOf(good.Hour)).Where(static counts => counts.Sum() >= MinimumCounts)
            .Select(static counts => Shares(counts))];
        if (shares.Count == 0)
            return [];
        return Shares([.. Enumerable.Range(0, shares[0].Length).Select(bin => Median([.. shares.Select(hour => hour[bin])]))]);
    }

    private static List<(HourProfile Hour, double[] Counts)> Trim(List<(HourProfile Hour, double[] Counts)> references)
    {
        if (references.Count < DaysForTrimming)
            return references;
        var shares = references.ConvertAll(static reference => Shares(reference.Counts));
        double[] median = [.. Enumerable.Range(0, shares[0].Length).Select(bin => Median([.. shares.Select(day => day[bin])]))];
        var farthest = shares.Index().MaxBy(day => day.Item.Zip(median, static (a, b) => Math.Abs(a - b)).Sum()).Index;
        return [.. references.Where((_, index) => index != farthest)];
    }

    private static double[] Pool(List<(HourProfile Hour, double[] Counts)> references, Dictionary<HourProfile, double> used)
    {
        double[]? pooled = null;
        foreach (var (hour, counts) in references)
        {
            pooled = Sum(pooled, counts, 1);
            used[hour] = counts.Sum();
        }
        return pooled!;
    }

    private static double[] Sum(double[]? sum, double[] values, double weight)
    {
        sum ??= new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            sum[i] += weight * values[i];
        return sum;
    }

    private static double[] Shares(double[] counts)
    {
        var total = counts.Sum();
        return total > 0 ? Array.ConvertAll(counts, count => count / total) : counts;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[values.Length / 2 - 1] + values[values.Length / 2]) / 2;
    }
}
