using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Volume;

/// <summary>A window in the week of its pipeline, with the hours before and after it.</summary>
/// <param name="Index">The number of the window since the beginning of time.</param>
/// <param name="Slot">Its hour.</param>
/// <param name="Before">The hour before.</param>
/// <param name="After">The hour after.</param>
internal readonly record struct WindowPlace(long Index, WeekSlot Slot, WeekSlot Before, WeekSlot After);

/// <summary>
/// What is expected of a window. The open of a market or a shift is not exact to the minute, nor to the hour when daylight saving time
/// begins, so a surge is judged against the largest expectation of the neighbouring hours, and a silence against the smallest.
/// </summary>
/// <param name="Hours">The expectation in the hour before, in the hour of the window and in the hour after.</param>
/// <param name="Lower">The expectation for silences, with its standard deviation.</param>
/// <param name="Upper">The expectation for surges, with its standard deviation.</param>
/// <param name="IsSeen">
/// Whether this hour of the day was seen before; else a surge cannot be told from the opening of a market or an office.
/// </param>
internal sealed record VolumeForecast(
    BaselineEstimate?[] Hours, (double Mean, double Deviation) Lower, (double Mean, double Deviation) Upper, bool IsSeen)
{
    /// <summary>The expected number of clusters.</summary>
    public double Mean => Hours[1]!.Value.Mean;
}

/// <summary>Forecasts the number of clusters of a window.</summary>
/// <param name="model">Predicts from the baseline.</param>
/// <param name="window">The length of a window.</param>
internal sealed class VolumeForecaster(SeasonalModel model, TimeSpan window)
{
    /// <summary>The number of windows before the first forecast.</summary>
    private const int FirstWindows = 6;

    /// <summary>The share of an hour that must have been learned.</summary>
    private const double SeenShare = 0.8;

    /// <summary>The relative variance by which the rate may drift within hours, in an hour of the day that was never seen.</summary>
    private const double UnseenVariance = 0.5;

    /// <summary>Returns the forecast; null without a history.</summary>
    /// <param name="series">The series.</param>
    /// <param name="place">The window.</param>
    /// <param name="whole">The whole pipeline and its forecast, for one of its segments.</param>
    /// <param name="rest">The clusters of the rest of the pipeline in the window, for one of its segments.</param>
    public VolumeForecast? Forecast(
        VolumeSeries series, WindowPlace place, (VolumeSeries Series, VolumeForecast Forecast)? whole, double? rest)
    {
        var share = ShareOf(series, whole);
        if (model.Predict(series.Baseline, place.Slot, ParentOf(share, whole, 1)) is not { } now)
            return Provisional(series, rest);
        BaselineEstimate?[] hours = [Neighbour(place.Before, 0), now, Neighbour(place.After, 2)];
        var isSeen = IsSeen(series, place.Slot);
        var (lower, upper) = RangeOf(hours);
        var pauses = series.Pauses.Includes(place.Slot) || series.Pauses.Includes(place.Before) || series.Pauses.Includes(place.After);
        return new(
            hours, pauses ? (0, 0) : isSeen ? (lower.Mean, Math.Sqrt(lower.Variance)) : Unseen(series, lower.Mean, rest),
            (upper.Mean, Math.Sqrt(upper.Variance)), isSeen);

        BaselineEstimate? Neighbour(WeekSlot slot, int hour) =>
            slot != place.Slot && IsSeen(series, slot) ? model.Predict(series.Baseline, slot, ParentOf(share, whole, hour)) : null;
    }

    /// <summary>Forecasts from the first windows, which the baseline has not learned yet; null before there are a few.</summary>
    private VolumeForecast? Provisional(VolumeSeries series, double? rest)
    {
        var held = series.Baseline.HeldBack;
        var windows = held.Sum(static chunk => chunk.Exposure);
        if (windows < FirstWindows)
            return null;
        var mean = held.Sum(static chunk => chunk.Amount) / windows;
        return new(
            [null, new(mean, UnseenVariance * mean * mean), null], Unseen(series, mean, rest),
            (mean, Math.Sqrt(UnseenVariance) * mean), IsSeen: false);
    }

    /// <summary>
    /// Returns the expectation for silences in an hour of the day that was never seen: the rate of the last minutes, if it is smaller than
    /// the baseline, with the drift that is possible. Of a segment it is that part of it that the rest of the pipeline still has: if the
    /// rest continues, only a change of the segment itself explains that it has no texts.
    /// </summary>
    private (double Mean, double Deviation) Unseen(VolumeSeries series, double baseline, double? rest)
    {
        var mean = Math.Min(baseline, series.Rate.Mean) * (rest is { } others ? series.Rate.Continuing(others) : 1);
        return (mean, Math.Sqrt(series.Rate.RelativeVariance(UnseenVariance, window)) * mean);
    }

    /// <summary>Whether the hour of the day was learned on an earlier day: its first visit is learned with a delay.</summary>
    private bool IsSeen(VolumeSeries series, WeekSlot slot) =>
        series.Baseline.HourOfDay.Exposure(slot.HourOfDay) >= SeenShare * (TimeSpan.FromHours(1) / window);

    /// <summary>Returns the hours with the smallest and the largest expectation.</summary>
    private static (BaselineEstimate Lower, BaselineEstimate Upper) RangeOf(BaselineEstimate?[] hours)
    {
        BaselineEstimate? lower = null, upper = null;
        foreach (var hour in hours)
        {
            if (hour is not { } known)
                continue;
            lower = lower?.Mean <= known.Mean ? lower : known;
            upper = upper?.Mean >= known.Mean ? upper : known;
        }
        return (lower!.Value, upper!.Value);
    }

    /// <summary>Returns the share of a series in the whole pipeline; null if it is unknown.</summary>
    private static double? ShareOf(VolumeSeries series, (VolumeSeries Series, VolumeForecast Forecast)? whole) =>
        whole is { } all && LevelOf(series) is { } own && LevelOf(all.Series) is > 0 and var level ? own / level : null;

    /// <summary>Returns the forecast of the whole pipeline in an hour, times the share of the series in it.</summary>
    private static BaselineEstimate? ParentOf(double? share, (VolumeSeries Series, VolumeForecast Forecast)? whole, int hour) =>
        share is { } known && whole?.Forecast.Hours[hour] is { } estimate
            ? new(known * estimate.Mean, known * known * estimate.Variance) : null;

    /// <summary>Returns what the whole pipeline lets expect of a segment in the hour of the window.</summary>
    public static BaselineEstimate? ParentOf(VolumeSeries series, (VolumeSeries Series, VolumeForecast Forecast)? whole) =>
        ParentOf(ShareOf(series, whole), whole, 1);

    private static double? LevelOf(VolumeSeries series) =>
        series.Baseline.Level.Exposure() is > 0 and var exposure ? series.Baseline.Level.Amount() / exposure : null;
}
