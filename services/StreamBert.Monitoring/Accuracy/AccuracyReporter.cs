using StreamBert.Contracts;
using StreamBert.Monitoring.Feedback;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>Reports the estimated accuracy of a series, with the labelled accuracy beside it.</summary>
internal sealed class AccuracyReporter(PipelineOptions pipeline, FeedbackState feedback)
{
    private readonly int _hoursPerDay = AccuracyHour.PerDay(pipeline);

    /// <summary>Returns the estimate of the last hours of a series.</summary>
    public static AccuracyEstimate EstimateOf(AccuracySeries series, int hours) => EstimateOf(series, series.Recent.Sum(hours), hours);

    /// <summary>Returns the report of a series after its last hour.</summary>
    public AccuracyReported Report(string head, string segment, AccuracySeries series)
    {
        var day = series.Recent.Sum(_hoursPerDay);
        var labels = ConfidenceEstimate.LabelsOf(day, DesignEffect(series, day));
        return new()
        {
            Series = new(pipeline.Name, head, segment),
            Window = AccuracyHour.WindowOf(pipeline, series.Recent.Last),
            Hour = EstimateOf(series, hours: 1),
            Day = EstimateOf(series, day, _hoursPerDay),
            Reference = series.Reference is { IsSufficient: true } reference ? Math.Round(reference.Mean(), 6) : null,
            Labels = labels,
            MacroF1 = ConfidenceEstimate.MacroF1(labels),
            Sample = series.Labelled?.Accuracy(static day => day.Sample),
            OtherFeedback = series.Labelled?.Accuracy(static day => day.Others),
            UnmatchedFeedback = segment == SeriesKey.All ? feedback.Unmatched : 0,
        };
    }

    private static AccuracyEstimate EstimateOf(AccuracySeries series, AccuracySums sums, int hours) =>
        ConfidenceEstimate.Of(sums, DesignEffect(series, sums), series.Labelled?.VarianceBetweenHours() ?? 0, hours);

    private static double DesignEffect(AccuracySeries series, AccuracySums sums) =>
        series.Reference?.DesignEffect(sums) ?? sums.WithinDesignEffect;
}
