using StreamBert.Contracts;
using StreamBert.Monitoring.Feedback;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>The labelled predictions of a series in the last 30 days with labels, and what they reveal about the estimate.</summary>
internal sealed class LabelledHistory
{
    private const int MaxDays = 30;

    /// <summary>The number of sampled labels before which the variance between hours is taken as 0.</summary>
    private const int MinimumLabels = 200;

    /// <summary>The normal quantile by which the variance between hours must exceed its standard error to count.</summary>
    private const double Significance = 1.645;

    /// <summary>The days, in order of time.</summary>
    public List<LabelledDay> Days { get; set; } = [];

    /// <summary>Whether labels have arrived since the last report.</summary>
    public bool IsNew { get; set; }

    /// <summary>The sums over hours from which the variance between hours is estimated: D² − V, N² and 2V².</summary>
    public double ExcessSquares { get; set; }
    public double SquaredLabels { get; set; }
    public double ExcessVariance { get; set; }

    /// <summary>The sampled labels of the present hour: Σ(correct − confidence), Σc(1 − c) and their number.</summary>
    public double HourError { get; set; }
    public double HourVariance { get; set; }
    public long HourLabels { get; set; }

    /// <summary>
    /// Adds a labelled prediction to the day on which its label arrived. The variance between hours is estimated from first labels only:
    /// the hour of the label that another replaces may have ended.
    /// </summary>
    public void Add(LabelledPrediction text, DateTimeOffset time, bool isFirst)
    {
        var date = DateOf(time);
        if (Days is not [.., var day] || day.Day < date)
            Days.Add(day = new() { Day = date });
        if (Days.Count > MaxDays)
            Days.RemoveAt(0);
        (text.IsInSample ? day.Sample : day.Others).Add(text);
        IsNew = true;
        if (!text.IsInSample || !isFirst)
            return;
        HourError += (text.IsCorrect ? 1 : 0) - text.Confidence;
        HourVariance += text.Confidence * (1 - text.Confidence);
        HourLabels++;
    }

    /// <summary>Removes a label from the day on which it was counted.</summary>
    public void Remove(CountedLabel label)
    {
        var day = Days.Find(day => day.Day == DateOf(label.At));
        (label.Text.IsInSample ? day?.Sample : day?.Others)?.Remove(label.Text);
        IsNew = true;
    }

    /// <summary>Adds the sampled labels of an hour to the moments of the variance between hours.</summary>
    public void CompleteHour()
    {
        ExcessSquares += HourError * HourError - HourVariance;
        SquaredLabels += (double)HourLabels * HourLabels;
        ExcessVariance += 2 * HourVariance * HourVariance;
        (HourError, HourVariance, HourLabels, IsNew) = (0, 0, 0, false);
    }

    /// <summary>
    /// Returns the variance of the hourly accuracy around its estimate beyond sampling, by moments: an hour with N labels and the error
    /// D = Σ(correct − confidence) has E[D²] = Σc(1 − c) + N²τ². It is 0 unless it is significant.
    /// </summary>
    public double VarianceBetweenHours()
    {
        if (Days.Sum(static day => day.Sample.Labels) < MinimumLabels || SquaredLabels <= 0)
            return 0;
        return Math.Max(0, (ExcessSquares - Significance * Math.Sqrt(ExcessVariance)) / SquaredLabels);
    }

    /// <summary>Returns the labelled accuracy with its Wilson interval; null without labels.</summary>
    public LabelledAccuracy? Accuracy(Func<LabelledDay, LabelledSums> of)
    {
        var days = Days.ConvertAll(day => of(day));
        var (labels, correct) = (days.Sum(static day => day.Labels), days.Sum(static day => day.Correct));
        return labels == 0 ? null : new(
            labels, correct, (double)correct / labels, WilsonInterval.Of(correct, labels),
            Math.Round(days.Sum(static day => day.Confidence) / labels, 6));
    }

    private static DateTimeOffset DateOf(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}

/// <summary>The labelled predictions of one day of arrival: of the random sample, and of other feedback.</summary>
internal sealed class LabelledDay
{
    public DateTimeOffset Day { get; set; }
    public LabelledSums Sample { get; set; } = new();
    public LabelledSums Others { get; set; } = new();
}

/// <summary>The number of labelled predictions, of the correct ones, and the sum of their confidences.</summary>
internal sealed class LabelledSums
{
    public long Labels { get; set; }
    public long Correct { get; set; }
    public double Confidence { get; set; }

    public void Add(LabelledPrediction text)
    {
        Labels++;
        Correct += text.IsCorrect ? 1 : 0;
        Confidence += text.Confidence;
    }

    public void Remove(LabelledPrediction text)
    {
        Labels = Math.Max(0, Labels - 1);
        Correct = Math.Clamp(Correct - (text.IsCorrect ? 1 : 0), 0, Labels);
        Confidence = Labels == 0 ? 0 : Confidence - text.Confidence;
    }
}
