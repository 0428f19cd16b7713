using System.Text.Json.Serialization;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// The last-good week of hourly estimates: what the estimate of an hour is compared with. The expectation of an hour of the day is shrunk
/// to the mean of all hours by empirical Bayes, as much as the hours of the day differ less than one hour varies between days. An hour
/// that is not good keeps the value of the week before.
/// </summary>
internal sealed class AccuracyReference
{
    private const int Week = 168, Day = 24;

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

    /// <summary>Adds a good hour.</summary>
    /// <param name="hour">The number of the hour.</param>
    /// <param name="sums">Its sums.</param>
    /// <param name="dayBefore">The sums of the same hour of the day before; null if they are not known.</param>
    public void Add(long hour, AccuracySums sums, AccuracySums? dayBefore)
    {
        if (Accuracies.Length != Week)
            Accuracies = new float[Week]; // a damaged checkpoint
        (Accuracies[hour % Week], Last) = ((float)sums.Accuracy, hour);
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
    public double Expected(long hour) => Expected(hour, Mean(), PriorDays());

    /// <summary>Returns the standard deviation of the estimate of an hour around its expectation.</summary>
    /// <param name="sums">The sums of the hour.</param>
    public double Deviation(AccuracySums sums)
    {
        var (squares, lagged, hours) = Residuals();
        var variance = squares / Math.Max(1, hours - 1);
        var autocorrelation = squares > 0 ? Math.Clamp(lagged / squares, 0, MaxAutocorrelation) : 0;
        var inflation = Math.Sqrt((1 + autocorrelation) / (1 - autocorrelation)) * (1 + YoungReference / Math.Sqrt(Math.Max(1, hours)));
        return Math.Sqrt(Math.Max(variance, sums.SamplingVariance * DesignEffect(sums))) * inflation;
    }

    private double Expected(long hour, double mean, double prior)
    {
        var (sum, days) = (0.0, 0);
        for (var slot = (int)(hour % Day); slot < Accuracies.Length; slot += Day)
            (sum, days) = (sum + Accuracies[slot], days + (Accuracies[slot] > 0 ? 1 : 0));
        return (prior * mean + sum) / (prior + days);
    }

    /// <summary>
    /// Returns the weight of the mean in days: the variance within an hour of the day over that between hours of the day.
    /// </summary>
    private double PriorDays()
    {
        var groups = Accuracies.Index().Where(static hour => hour.Item > 0)
            .GroupBy(static hour => hour.Index % Day, static hour => (double)hour.Item).Select(static hours => hours.ToList()).ToList();
        var freedom = groups.Sum(static group => group.Count - 1);
        if (freedom < Day || groups.Count < 2)
            return UnknownPrior;
        var within = groups.Sum(static group => SquaresAround(group, group.Average())) / freedom;
        var means = groups.ConvertAll(static group => group.Average());
        var between = SquaresAround(means, means.Average()) / (means.Count - 1)
            - within * groups.Average(static group => 1.0 / group.Count);
        return between > 0 ? Math.Clamp(within / between, SmallestPrior, LargestPrior) : LargestPrior;
    }

    private static double SquaresAround(List<double> values, double center) => values.Sum(value => (value - center) * (value - center));

    /// <summary>Returns the sum of the squared residuals, that of the products of adjacent ones, and their number.</summary>
    private (double Squares, double Lagged, int Hours) Residuals()
    {
        var (mean, prior) = (Mean(), PriorDays());
        var (squares, lagged, hours) = (0.0, 0.0, 0);
        double? before = null;
        for (var hour = Last - Week + 1; hour <= Last; hour++)
        {
            var accuracy = hour < 0 || Accuracies.Length != Week ? 0 : Accuracies[hour % Week];
            double? residual = accuracy > 0 ? accuracy - Expected(hour, mean, prior) : null;
            if (residual is { } value)
                (squares, lagged, hours) = (squares + value * value, lagged + value * (before ?? 0), hours + 1);
            before = residual;
        }
        return (squares, lagged, hours);
    }
}
