using StreamBert.Contracts;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// Estimates the quality of predictions from their calibrated confidences, without labels (confidence-based performance estimation, as
/// NannyML defines it): the expected accuracy is the mean confidence; of a label k the expected true positives are the confidences of the
/// texts that were given it, the false positives one minus these, the false negatives its scores in all other texts. The interval is
/// that of the realised value: given the confidences, correctness varies with Σc(1 − c), times the design effect of texts that are right
/// or wrong together, such as copies of a story, plus what varies between hours beyond that, as far as labels have shown it.
/// </summary>
internal static class ConfidenceEstimate
{
    /// <summary>Returns the estimate of the accuracy.</summary>
    /// <param name="sums">The sums of the texts.</param>
    /// <param name="designEffect">The factor by which dependent texts increase the variance of a mean, at least 1.</param>
    /// <param name="betweenHours">The variance of the hourly accuracy around its expectation beyond sampling, in one hour.</param>
    /// <param name="hours">The number of hours.</param>
    public static AccuracyEstimate Of(AccuracySums sums, double designEffect, double betweenHours, int hours)
    {
        if (sums.Texts == 0)
            return new(0, null, null);
        var variance = VarianceOf(sums) * designEffect + betweenHours / Math.Max(1, hours);
        return new(sums.Texts, Round(sums.Accuracy), IntervalOf(sums.Accuracy, variance));
    }

    /// <summary>Returns the variance of the realised accuracy of independent texts around the estimate.</summary>
    public static double VarianceOf(AccuracySums sums) =>
        Math.Max(0, sums.Confidence - sums.Squares) / ((double)sums.Texts * sums.Texts);

    /// <summary>Returns the estimates by label.</summary>
    /// <param name="sums">The sums of the texts.</param>
    /// <param name="designEffect">The factor by which dependent texts increase the variance of a mean, at least 1.</param>
    public static Dictionary<string, LabelAccuracy> LabelsOf(AccuracySums sums, double designEffect)
    {
        var hasScores = sums.Labels.Values.Sum(static label => label.Score) > 0.5 * sums.Texts;
        return sums.Labels.OrderBy(static label => label.Key, StringComparer.Ordinal)
            .ToDictionary(static label => label.Key, label => Of(label.Value, sums, designEffect, hasScores));
    }

    /// <summary>Returns the unweighted mean F1; null unless every label has one.</summary>
    public static double? MacroF1(IReadOnlyDictionary<string, LabelAccuracy> labels) =>
        labels.Count > 0 && labels.Values.All(static label => label.F1 is not null)
            ? Round(labels.Values.Average(static label => label.F1!.Value)) : null;

    private static LabelAccuracy Of(LabelSums label, AccuracySums all, double deff, bool hasScores)
    {
        var (n, truePositives) = ((double)label.Texts, label.Confidence);
        double? precision = n > 0 ? truePositives / n : null;
        var varianceTrue = n > 0 ? truePositives * (1 - truePositives / n) * deff : 0;
        var precisionInterval = precision is { } p ? IntervalOf(p, varianceTrue / (n * n)) : null;
        if (!hasScores || label.Score <= 0)
            return new(label.Texts, Round(precision), precisionInterval, null, null, null, null);
        var falseNegatives = Math.Max(0, label.Score - truePositives);
        var (positives, others) = (truePositives + falseNegatives, Math.Max(1, all.Texts - n));
        var varianceFalse = falseNegatives * Math.Max(0, 1 - falseNegatives / others) * deff;
        var (recall, f1) = (truePositives / positives, 2 * truePositives / (n + positives));
        var recallVariance = (Square(1 - recall) * varianceTrue + Square(recall) * varianceFalse) / Square(positives);
        var f1Variance = (Square(2 - f1) * varianceTrue + Square(f1) * varianceFalse) / Square(n + positives);
        return new(
            label.Texts, Round(precision), precisionInterval, Round(recall), IntervalOf(recall, recallVariance), Round(f1),
            IntervalOf(f1, f1Variance));
    }

    private static Interval IntervalOf(double value, double variance)
    {
        var half = WilsonInterval.TwoSided95 * Math.Sqrt(Math.Max(0, variance));
        return new(Round(Math.Max(0, value - half)), Round(Math.Min(1, value + half)));
    }

    private static double Square(double value) => value * value;

    private static double Round(double value) => Math.Round(value, 6);

    private static double? Round(double? value) => value is { } number ? Round(number) : null;
}
