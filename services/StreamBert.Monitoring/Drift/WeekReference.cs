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

    private readonly List<HourProfile> _good;
    private readonly ILookup<int, HourProfile> _slots;
    private readonly WeekCalendar _calendar;

    /// <param name="hours">All hours.</param>
    /// <param name="before">The reference ends here.</param>
    /// <param name="calendar">The calendar of the pipeline.</param>
    public WeekReference(IEnumerable<HourProfile> hours, DateTimeOffset before, WeekCalendar calendar)
    {
        _calendar = calendar;
        _good = [.. hours.Where(hour => hour.IsGood && hour.End <= before)];
        _slots = _good.ToLookup(hour => calendar.SlotOf(hour.Start).HourOfDay);
    }

    /// <summary>The time from the first hour of the reference to its end.</summary>
    public TimeSpan Age => _good.Count == 0 ? default : _good[^1].End - _good[0].Start;

    /// <summary>Returns the reference hours that correspond to an hour: of the same kind of day, else of the other kind.</summary>
    public IEnumerable<HourProfile> Matching(HourProfile hour)
    {
        var slot = _calendar.SlotOf(hour.Start).HourOfDay;
        return _slots[_slots.Contains(slot) ? slot : (slot + HoursPerDay) % WeekCalendar.HoursOfDay];
    }

    /// <summary>Returns the expectation of a span; null if there is no reference for half of it.</summary>
    public WeekExpectation? Expect(IReadOnlyList<HourProfile> span, DriftMeasure measure)
    {
        double[]? observed = null, expected = null;
        double all = 0, covered = 0;
        var (days, used) = (int.MaxValue, new Dictionary<HourCounts, double>());
        List<HourCounts> references = [];
        foreach (var hour in span)
        {
            var own = measure.CountsOf(hour);
            all += own.Total;
            if (own.Total <= 0 || !FindReferences(hour, measure, references))
                continue;
            (days, covered) = (Math.Min(days, references.Count), covered + own.Total);
            Trim(references);
            var pooled = Pool(references, used);
            observed = Sum(observed, own.Values, 1);
            expected = Sum(expected, pooled, own.Total / pooled.Sum());
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
        List<double[]> shares = [.. _good.Select(measure.CountsOf).Where(static counts => counts.Total >= MinimumCounts)
            .Select(static counts => counts.Shares)];
        if (shares.Count == 0)
            return [];
        return HourCounts.SharesOf([.. Enumerable.Range(0, shares[0].Length).Select(bin => Median([.. shares.Select(hour => hour[bin])]))]);
    }

    /// <summary>Finds the reference counts of an hour.</summary>
    /// <returns>Whether there are any.</returns>
    private bool FindReferences(HourProfile hour, DriftMeasure measure, List<HourCounts> references)
    {
        references.Clear();
        foreach (var day in Matching(hour))
        {
            var counts = measure.CountsOf(day);
            if (counts.Total > 0)
                references.Add(counts);
        }
        return references.Count > 0;
    }

    private static void Trim(List<HourCounts> references)
    {
        if (references.Count >= DaysForTrimming)
            references.RemoveAt(Farthest(references));
    }

    /// <summary>Returns the index of the day whose shares differ most from the median of all days, label by label.</summary>
    private static int Farthest(List<HourCounts> days)
    {
        var (shares, distances) = (new double[days.Count], new double[days.Count]);
        for (var bin = 0; bin < days[0].Shares.Length; bin++)
        {
            for (var day = 0; day < shares.Length; day++)
                shares[day] = days[day].Shares[bin];
            var median = Median(shares);
            for (var day = 0; day < shares.Length; day++)
                distances[day] += Math.Abs(days[day].Shares[bin] - median);
        }
        return Array.IndexOf(distances, distances.Max());
    }

    private static double[] Pool(List<HourCounts> references, Dictionary<HourCounts, double> used)
    {
        double[]? pooled = null;
        foreach (var counts in references)
        {
            pooled = Sum(pooled, counts.Values, 1);
            used[counts] = counts.Total;
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

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[values.Length / 2 - 1] + values[values.Length / 2]) / 2;
    }
}
