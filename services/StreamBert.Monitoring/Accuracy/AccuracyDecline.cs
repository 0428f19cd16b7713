namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// Compares the hourly estimates of a series with its last-good week: a CUSUM of standardised declines (Page 1954) accumulates evidence of
/// a decline of any size, and the mean decline of the last hours is its effect.
/// </summary>
internal static class AccuracyDecline
{
    /// <summary>The minimum number of texts of an hour that is compared.</summary>
    public const int MinimumTexts = 30;

    /// <summary>k, half of the decline that is found fastest, in standard deviations.</summary>
    private const double Allowance = 0.5;

    /// <summary>An hour is good, and becomes part of the reference, while the CUSUM is below so many standard deviations.</summary>
    private const double GoodBelow = 2;

    /// <summary>The number of hours over which the mean decline is computed at most.</summary>
    private const int MaxEffectHours = 6;

    /// <summary>Bounds the CUSUM, as more would only delay its decrease.</summary>
    private const double MaxDecline = 100;

    /// <summary>
    /// Updates the CUSUM with an hour; a good hour becomes part of the reference. The first hours of a kind of day, such as the first
    /// Saturday, are only learned: there is nothing to compare them with.
    /// </summary>
    public static void Add(AccuracySeries series, AccuracyWeek week, long hour)
    {
        var sums = series.Current;
        if (sums.Texts < MinimumTexts)
            return;
        var reference = series.Reference ??= new();
        if (reference.IsSufficient && reference.Knows(week, hour))
        {
            var decline = (reference.Expected(week, hour) - sums.Accuracy) / reference.Deviation(week, sums);
            series.Decline = Math.Clamp(series.Decline + decline - Allowance, 0, MaxDecline);
            series.DeclineHours = series.Decline > 0 ? series.DeclineHours + 1 : 0;
        }
        if (series.Decline < GoodBelow)
            reference.Add(week, hour, sums, series.Recent.At(hour - RecentHours.Hours));
    }

    /// <summary>Returns the number of hours of the mean decline.</summary>
    public static int EffectHours(AccuracySeries series) => Math.Clamp(series.DeclineHours, 1, MaxEffectHours);

    /// <summary>Returns the mean decline of the texts of the last hours, at most since the decline began; 0 without a reference.</summary>
    public static double MeanOf(AccuracySeries series, AccuracyWeek week)
    {
        if (series.Reference is not { IsSufficient: true } reference)
            return 0;
        var (texts, decline, last) = (0L, 0.0, series.Recent.Last);
        for (var hour = last - EffectHours(series) + 1; hour <= last; hour++)
        {
            if (series.Recent.At(hour) is { } sums && reference.Knows(week, hour))
                (texts, decline) = (texts + sums.Texts, decline + reference.Expected(week, hour) * sums.Texts - sums.Confidence);
        }
        return texts > 0 ? decline / texts : 0;
    }

    /// <summary>Discards the evidence.</summary>
    public static void Reset(AccuracySeries series) => (series.Decline, series.DeclineHours) = (0, 0);
}
