using System.Text.Json.Serialization;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// The last-good week of hourly estimates: what the estimate of an hour is compared with. The expectation of an hour of the day is shrunk
/// to the mean of all hours of working days, or of other days, by empirical Bayes, as much as the hours of the day differ less than one
/// hour varies between days. An hour that is not good keeps the value of the week before.
/// </summary>
internal sealed class AccuracyReference
{
    private const int Week = AccuracyWeek.Hours, Day = AccuracyWeek.HoursPerDay;

    /// <summary>The number of hours before which nothing is compared.</summary>
    private const int MinimumHours = Day;

    /// <summary>The weight of the mean of all hours in days, before days can be compared, and its bounds.</summary>
    private const double UnknownPrior = 2, SmallestPrior = 0.1, LargestPrior = 100;

    /// <summary>The weight of the design effect of the windows' clusters beside that of the hours, in pairs of hours.</summary>
    private const double PriorPairs = 6;

    /// <summary>The estimate of the design effect forgets over so many pairs of hours: four weeks.</summary>
    private const double MemoryPairs = 4 * Week;

    /// <summary>A squared difference counts at most so many times its expectation, so that no incident spoils the estimate.</summary>
    private const double LargestRatio = 16;

    private const double MaxAutocorrelation = 0.8;
    private const double YoungReference = 1.5;

    /// <summary>The expectation of each group of hours, until an hour is added.</summary>
    private (AccuracyWeek? Week, double[] ByGroup) _expected;

    /// <summary>The estimates by hour of the week; 0 for none.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Accuracies { get; set; } = new float[Week];

    /// <summary>The number of the last good hour.</summary>
    public long Last { get; set; }

    /// <summary>The decayed number of pairs of hours a day apart, and the sum of their squared differences in sampling variances.</summary>
    public double Pairs { get; set; }
    public double Ratios { get; set; }

    [JsonIgnore]
    public int Hours => Accuracies.Count(static accuracy => accuracy > 0);

    [JsonIgnore]
    public bool IsSufficient => Hours >= MinimumHours;

    /// <summary>The age of a reference that has not seen a week; null for one that has.</summary>
    [JsonIgnore]
    public TimeSpan? Age => Hours < Week ? TimeSpan.FromHours(Hours) : null;

    /// <summary>The mean of all hours; 0 without any.</summary>
    public double Mean() => Hours is > 0 and var hours ? Accuracies.Sum(static accuracy => (double)accuracy) / hours : 0;

    /// <summary>Whether the hour of the day of an hour was seen on a day of its kind.</summary>
    public bool Knows(AccuracyWeek week, long hour)
    {
        var group = week.GroupOf(week.SlotOf(hour));
        for (var slot = 0; slot < Accuracies.Length; slot++)
        {
            if (Accuracies[slot] > 0 && week.GroupOf(slot) == group)
                return true;
        }
        return false;
    }

    /// <summary>Adds a good hour.</summary>
    /// <param name="week">The calendar.</param>
    /// <param name="hour">The number of the hour.</param>
    /// <param name="sums">Its sums.</param>
    /// <param name="dayBefore">The sums of the same hour of the day before; null if they are not known.</param>
    public void Add(AccuracyWeek week, long hour, AccuracySums sums, AccuracySums? dayBefore)
    {
        if (Accuracies.Length != Week)
            Accuracies = new float[Week]; // a damaged checkpoint
        (Accuracies[week.SlotOf(hour)], Last, _expected) = ((float)sums.Accuracy, hour, default);
        if (dayBefore is null || sums.SamplingVariance + dayBefore.SamplingVariance is not (> 0 and var variance))
            return;
        var difference = sums.Accuracy - dayBefore.Accuracy;
        var ratio = Math.Min(difference * difference / variance, LargestRatio * DesignEffect(sums));
        (Pairs, Ratios) = (Pairs * (1 - 1 / MemoryPairs) + 1, Ratios * (1 - 1 / MemoryPairs) + ratio);
    }

    /// <summary>
    /// Returns the factor by which dependent texts increase the variance of an hourly mean: the mean squared difference of hours a day
    /// apart over what independent texts would show. Copies of a story have one confidence, so that they show in it, whatever the windows
    /// they came in; a young reference relies on the clusters within windows (Kish 1965).
    /// </summary>
    public double DesignEffect(AccuracySums sums) =>
        Math.Max(1, (PriorPairs * sums.WithinDesignEffect + Ratios) / (PriorPairs + Pairs));

    /// <summary>Returns the accuracy that is expected in an hour.</summary>
    public double Expected(AccuracyWeek week, long hour) => ExpectedByGroup(week)[week.GroupOf(week.SlotOf(hour))];

    /// <summary>Returns the standard deviation of the estimate of an hour around its expectation.</summary>
    /// <param name="week">The calendar.</param>
    /// <param name="sums">The sums of the hour.</param>
    public double Deviation(AccuracyWeek week, AccuracySums sums)
    {
        var (squares, lagged, hours) = Residuals(week);
        var variance = squares / Math.Max(1, hours - 1);
        var autocorrelation = squares > 0 ? Math.Clamp(lagged / squares, 0, MaxAutocorrelation) : 0;
        var inflation = Math.Sqrt((1 + autocorrelation) / (1 - autocorrelation)) * (1 + YoungReference / Math.Sqrt(Math.Max(1, hours)));
        return Math.Sqrt(Math.Max(variance, sums.SamplingVariance * DesignEffect(sums))) * inflation;
    }

    /// <summary>Returns the expectation of each group of hours.</summary>
    private double[] ExpectedByGroup(AccuracyWeek week)
    {
        if (!ReferenceEquals(_expected.Week, week))
            _expected = (week, ComputeExpected(week));
        return _expected.ByGroup;
    }

    private double[] ComputeExpected(AccuracyWeek week)
    {
        var (prior, mean) = (PriorDays(week), Mean());
        var (groups, kinds) = (new (double Sum, int Hours)[AccuracyWeek.Groups], new (double Sum, int Hours)[AccuracyWeek.Kinds]);
        foreach (var (slot, accuracy) in Accuracies.Index())
        {
            if (accuracy <= 0)
                continue;
            var index = week.GroupOf(slot);
            ref var group = ref groups[index];
            ref var kind = ref kinds[AccuracyWeek.KindOfGroup(index)];
            (group, kind) = ((group.Sum + accuracy, group.Hours + 1), (kind.Sum + accuracy, kind.Hours + 1));
        }
        return [.. groups.Select((group, index) => (prior * MeanOfKind(index) + group.Sum) / (prior + group.Hours))];

        double MeanOfKind(int group) =>
            kinds[AccuracyWeek.KindOfGroup(group)] is { Hours: > 0 } kind ? kind.Sum / kind.Hours : mean;
    }

    /// <summary>
    /// Returns the weight of the mean in days: the variance within an hour of the day over that between hours of the day.
    /// </summary>
    private double PriorDays(AccuracyWeek week)
    {
        var groups = Accuracies.Index().Where(static hour => hour.Item > 0)
            .GroupBy(hour => week.GroupOf(hour.Index), static hour => (double)hour.Item)
            .Select(static hours => (Kind: AccuracyWeek.KindOfGroup(hours.Key), Hours: hours.ToList())).ToList();
        var freedom = groups.Sum(static group => group.Hours.Count - 1);
        var kinds = groups.GroupBy(static group => group.Kind, static group => group.Hours.Average()).Select(Enumerable.ToList).ToList();
        if (freedom < Day || groups.Count <= kinds.Count)
            return UnknownPrior;
        var within = groups.Sum(static group => SquaresAround(group.Hours, group.Hours.Average())) / freedom;
        var between = kinds.Sum(static means => SquaresAround(means, means.Average())) / (groups.Count - kinds.Count)
            - within * groups.Average(static group => 1.0 / group.Hours.Count);
        return between > 0 ? Math.Clamp(within / between, SmallestPrior, LargestPrior) : LargestPrior;
    }

    private static double SquaresAround(List<double> values, double center) => values.Sum(value => (value - center) * (value - center));

    /// <summary>Returns the sum of the squared residuals, that of the products of adjacent ones, and their number.</summary>
    private (double Squares, double Lagged, int Hours) Residuals(AccuracyWeek week)
    {
        var expected = ExpectedByGroup(week);
        var (squares, lagged, hours) = (0.0, 0.0, 0);
        double? before = null;
        for (var hour = Math.Max(0, Last - Week + 1); hour <= Last; hour++)
        {
            var slot = week.SlotOf(hour);
            var accuracy = Accuracies.Length != Week ? 0 : Accuracies[slot];
            double? residual = accuracy > 0 ? accuracy - expected[week.GroupOf(slot)] : null;
            if (residual is { } value)
                (squares, lagged, hours) = (squares + value * value, lagged + value * (before ?? 0), hours + 1);
            before = residual;
        }
        return (squares, lagged, hours);
    }
}
