namespace StreamBert.Monitoring.Baselines;

/// <summary>
/// Measures how well each tier predicts: the structural variance of its errors beyond sampling, as a share of the largest possible one
/// (<see cref="MeasureVariance.OfMean"/>). It is estimated by the method of moments from the errors of predictions one chunk ahead, pooled
/// over the series that share it, and shrunk to a prior (empirical Bayes; Efron and Morris 1975). Until a whole day and a whole week were
/// seen it has a floor, because a change by the hour or by the weekend may still follow.
/// </summary>
internal sealed class TierErrors
{
    /// <summary>The weight of the prior, in informative chunks; and the weight at which older errors begin to be forgotten.</summary>
    private const double PriorWeight = 10, MaximumWeight = 20_000;

    /// <summary>An error whose sampling variance is much larger than this says little.</summary>
    private const double Informative = 0.01;

    /// <summary>Errors beyond so many times the expected variance count as that much: incidents must not make the baseline vague.</summary>
    private const double Winsorised = 9;

    private const int Day = 24, Week = 168;

    /// <summary>
    /// The age of a pool from which on its last hours are as old as they become. While they are only minutes old, a share has changed less
    /// since: its structural variance grows with their age, as that of a random walk.
    /// </summary>
    private const double LocalHours = 2, MinimumRecency = 0.1;

    private static readonly double[] SharePrior = [0.04, 0.1, 0.01, 0.005, 0.002, 0.001];
    private static readonly double[] CountPrior = [1, 1, 0.3, 0.05, 0.03, 0.02];
    private static readonly double[] ShareFirstDay = [0, 0, 0.1, 0.012, 0, 0], ShareFirstWeek = [0, 0, 0.03, 0.008, 0.005, 0];
    private static readonly double[] CountFirstDay = [0, 0, 1, 0.15, 0, 0], CountFirstWeek = [0, 0, 0.5, 0.1, 0.05, 0];

    /// <summary>Tier → the weighted sum of structural variances, and the sum of weights.</summary>
    public double[] Sums { get; set; } = new double[SharePrior.Length];
    public double[] Weights { get; set; } = new double[SharePrior.Length];

    /// <summary>Returns the structural variance of a tier, relative to the largest possible one.</summary>
    /// <param name="measure">What the baseline describes.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="hours">The age of the baseline.</param>
    /// <param name="hasSlot">Whether this hour of the day was seen before.</param>
    public double Of(BaselineMeasure measure, BaselineTier tier, double hours, bool hasSlot)
    {
        var isShare = measure == BaselineMeasure.Share;
        var recency = isShare && tier == BaselineTier.Local ? Math.Clamp(hours / LocalHours, MinimumRecency, 1) : 1;
        var prior = (isShare ? SharePrior : CountPrior)[(int)tier] * recency;
        var estimate = (PriorWeight * prior + Sums[(int)tier]) / (PriorWeight + Weights[(int)tier]);
        return Math.Max(Math.Max(estimate, 0), FloorOf(isShare, tier, hours, hasSlot) * recency);
    }

    /// <summary>Adds the error of a prediction.</summary>
    /// <param name="measure">What the baseline describes.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="squaredError">The squared error, relative to the largest possible variance.</param>
    /// <param name="sampling">The variance that sampling explains, in the same unit.</param>
    public void Add(BaselineMeasure measure, BaselineTier tier, double squaredError, double sampling)
    {
        var expected = sampling + Math.Max(Of(measure, tier, Week, hasSlot: true), Informative);
        var weight = Informative / (Informative + sampling);
        weight *= weight;
        Sums[(int)tier] += weight * (Math.Min(squaredError, Winsorised * expected) - sampling);
        Weights[(int)tier] += weight;
        if (Weights[(int)tier] < MaximumWeight)
            return;
        Sums[(int)tier] /= 2;
        Weights[(int)tier] /= 2;
    }

    private static double FloorOf(bool isShare, BaselineTier tier, double hours, bool hasSlot)
    {
        if (hours < Day || !hasSlot)
            return (isShare ? ShareFirstDay : CountFirstDay)[(int)tier];
        return hours < Week ? (isShare ? ShareFirstWeek : CountFirstWeek)[(int)tier] : 0;
    }
}
