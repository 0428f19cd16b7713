namespace StreamBert.Monitoring.Baselines;

/// <summary>
/// Predicts the next window of a series from its baseline. The tiers are combined by precision: the variance of a tier is its structural
/// variance, which <see cref="TierErrors"/> measures, plus the sampling variance of its own sums. So a young series follows its pipeline, a
/// series without a cycle its long mean, and a seasonal one the same hour of past days and weeks, without a choice by hand. The local tier
/// adds the deviation of the last hours from what the others expected.
/// </summary>
/// <param name="measure">What the baselines describe.</param>
/// <param name="window">The length of a window.</param>
/// <param name="pool">What the series have in common.</param>
internal sealed class SeasonalModel(BaselineMeasure measure, TimeSpan window, BaselinePool pool)
{
    private static readonly BaselineTier[] SeasonalTiers = [BaselineTier.Level, BaselineTier.HourOfDay, BaselineTier.HourOfWeek];

    /// <summary>The scale of dispersion at which a chunk is nearest to a span of windows.</summary>
    private readonly int _chunkScale = Dispersion.ScaleOf(BaselineLearning.ChunkLength(window));

    /// <summary>Predicts the mean of a window.</summary>
    /// <param name="baseline">The history of the series.</param>
    /// <param name="slot">The slot of the window.</param>
    /// <param name="parent">The prediction for the whole pipeline, for one of its segments.</param>
    /// <param name="prior">What is known of the series before its first text.</param>
    /// <returns>The prediction; null without any history.</returns>
    public BaselineEstimate? Predict(SeasonalBaseline baseline, WeekSlot slot, BaselineEstimate? parent = null, double? prior = null)
    {
        if (PredictSeason(baseline, slot, parent, prior) is not { } season)
            return null;
        if (LocalOf(baseline, season, slot) is not { } local)
            return season;
        var precision = 1 / season.Variance + 1 / local.Variance;
        return new((season.Mean / season.Variance + local.Mean / local.Variance) / precision, 1 / precision);
    }

    /// <summary>Predicts without the local tier.</summary>
    public BaselineEstimate? PredictSeason(SeasonalBaseline baseline, WeekSlot slot, BaselineEstimate? parent, double? prior)
    {
        var pilot = PilotOf(baseline, parent, prior);
        if (double.IsNaN(pilot))
            return null;
        var hasSlot = HasSlot(baseline, slot);
        double precision = 0, weighted = 0;
        foreach (var tier in SeasonalTiers)
        {
            if (MeanOf(baseline, tier, slot) is { } own)
                Combine(own.Mean, Structural(tier, pilot, hasSlot) + Sampling(baseline, own.Mean, own.Exposure, pilot));
        }
        if (parent is { } whole)
            Combine(whole.Mean, Structural(BaselineTier.Parent, whole.Mean, hasSlot) + whole.Variance);
        if (prior is { } known)
            Combine(known, Structural(BaselineTier.Prior, known, hasSlot));
        return new(weighted / precision, 1 / precision);

        void Combine(double mean, double variance)
        {
            precision += 1 / variance;
            weighted += mean / variance;
        }
    }

    /// <summary>
    /// Predicts from the last good weeks only, which a change of the last days does not affect; null before one is complete.
    /// </summary>
    public BaselineEstimate? PredictFromGoodWeeks(SeasonalBaseline baseline, WeekSlot slot)
    {
        if (baseline.ReferenceHour != slot.HourOfWeek)
            (baseline.ReferenceHour, baseline.Reference) = (slot.HourOfWeek, GoodWeeksAt(baseline, slot));
        return baseline.Reference;
    }

    /// <summary>Measures the errors of all tiers with a chunk that none of them has learned.</summary>
    public void Measure(SeasonalBaseline baseline, BaselineChunk chunk, BaselineEstimate? parent)
    {
        var pilot = PilotOf(baseline, parent, prior: null);
        if (double.IsNaN(pilot) || chunk.Exposure <= 0)
            return;
        var (scale, observed) = (measure.OfMean(pilot), chunk.Amount / chunk.Exposure);
        var noise = Sampling(baseline, pilot, chunk.Exposure, pilot);
        foreach (var tier in SeasonalTiers)
        {
            if (MeanOf(baseline, tier, chunk.Slot) is { } own)
                Add(tier, own.Mean, noise + Sampling(baseline, own.Mean, own.Exposure, pilot));
        }
        if (parent is { } whole)
            Add(BaselineTier.Parent, whole.Mean, noise + whole.Variance);
        if (PredictSeason(baseline, chunk.Slot, parent, null) is { } season && LocalOf(baseline, season, chunk.Slot) is { } local)
            Add(BaselineTier.Local, local.Mean, noise + Sampling(baseline, local.Mean, baseline.Local.Exposure(), pilot));

        void Add(BaselineTier tier, double mean, double sampling) =>
            pool.Errors.Add(measure, tier, (observed - mean) * (observed - mean) / scale, sampling / scale);
    }

    private static bool HasSlot(SeasonalBaseline baseline, WeekSlot slot) =>
        baseline.HasHourOfDay(slot) || baseline.GoodWeeks?.Exposure(slot.HourOfWeek) > 0;

    private static (double Mean, double Exposure)? MeanOf(SeasonalBaseline baseline, BaselineTier tier, WeekSlot slot) => tier switch
    {
        BaselineTier.Level => MeanOf(baseline.Level, 0),
        BaselineTier.HourOfDay when baseline.HasHourOfDay(slot) => MeanOf(baseline.HourOfDay, slot.HourOfDay),
        BaselineTier.HourOfWeek when baseline.GoodWeeks is { } weeks => MeanOf(weeks, slot.HourOfWeek),
        _ => null,
    };

    /// <summary>Returns the expectation of the season plus the deviation of the last hours from it; null without them.</summary>
    private BaselineEstimate? LocalOf(SeasonalBaseline baseline, BaselineEstimate season, WeekSlot slot)
    {
        if (baseline.Local.Exposure() is not (> 0 and var exposure))
            return null;
        var mean = Math.Max(season.Mean + (baseline.Local.Amount() - baseline.Local.Amount(SeasonalBaseline.Expected)) / exposure, 0);
        mean = measure == BaselineMeasure.Share ? Math.Min(mean, 1) : mean;
        return new(
            mean, Structural(BaselineTier.Local, season.Mean, HasSlot(baseline, slot)) + Sampling(baseline, mean, exposure, season.Mean));
    }

    private static (double, double)? MeanOf(SlotSums sums, int slot) =>
        sums.Exposure(slot) is > 0 and var exposure ? (sums.Amount(slot) / exposure, exposure) : null;

    private static double PilotOf(SeasonalBaseline baseline, BaselineEstimate? parent, double? prior) =>
        MeanOf(baseline.Level, 0)?.Item1 ?? parent?.Mean ?? prior ?? double.NaN;

    private double Structural(BaselineTier tier, double mean, bool hasSlot) =>
        Math.Max(pool.Errors.Of(measure, tier, pool.Hours, hasSlot), 1e-6) * measure.OfMean(mean);

    /// <summary>
    /// Returns the sampling variance of a mean. One unit of exposure at <paramref name="pilot"/> is added, so that a mean of few
    /// observations is never certain.
    /// </summary>
    private double Sampling(SeasonalBaseline baseline, double mean, double exposure, double pilot)
    {
        var (inflation, between) = pool.Dispersion.At(_chunkScale);
        var shrunk = (mean * exposure + pilot) / (exposure + 1);
        var chunk = Math.Min(exposure, Math.Max(baseline.ChunkExposure, 1)) * (measure == BaselineMeasure.Count ? shrunk : 1);
        return measure.OfUnit(shrunk) * (inflation + between * chunk) / exposure;
    }

    private BaselineEstimate? GoodWeeksAt(SeasonalBaseline baseline, WeekSlot slot)
    {
        if (baseline.GoodWeeks is not { } weeks)
            return null;
        SlotSums level = SlotSums.Create(1), day = SlotSums.Create(1);
        for (var hour = 0; hour < weeks.Slots; hour++)
        {
            level.Add(0, weeks.Exposure(hour), weeks.Amount(hour));
            if (WeekCalendar.HourOfDay(hour) == slot.HourOfDay)
                day.Add(0, weeks.Exposure(hour), weeks.Amount(hour));
        }
        var weeksOnly = new SeasonalBaseline { Level = level, GoodWeeks = weeks, ChunkExposure = baseline.ChunkExposure };
        weeksOnly.HourOfDay.Add(slot.HourOfDay, day.Exposure(), day.Amount());
        return level.Exposure() > 0 ? Predict(weeksOnly, slot) : null;
    }
}
