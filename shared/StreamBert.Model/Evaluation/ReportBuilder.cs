using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Computes precision, recall, F1 and support per class with their averages, as scikit-learn's <c>classification_report</c> does.
/// </summary>
internal static class ReportBuilder
{
    private const int CalibrationBins = 15;

    /// <summary>Builds a report. Classes that neither occur nor are predicted are excluded from the table and the macro average.</summary>
    public static ClassificationReport Build(string head, string data, IReadOnlyList<string> labels, IReadOnlyList<EvaluatedText> texts)
    {
        var classes = labels.Select(label => ComputeClass(label, texts)).OfType<ClassMetrics>().ToList();
        var accuracy = texts.Count == 0 ? 0 : texts.Count(static text => text.IsCorrect) / (double)texts.Count;
        return new ClassificationReport
        {
            Head = head,
            Data = data,
            Count = texts.Count,
            Accuracy = accuracy,
            Classes = classes,
            // With one label per text, micro precision, recall and F1 equal accuracy.
            Micro = new AverageMetrics(accuracy, accuracy, accuracy),
            Macro = ComputeAverage(classes, static _ => 1),
            Weighted = ComputeAverage(classes, static metrics => metrics.Support),
            CalibrationError = ComputeCalibrationError(texts),
        };
    }

    /// <summary>Computes the expected calibration error over 15 equal bins of confidence (Guo et al. 2017).</summary>
    public static double ComputeCalibrationError(IReadOnlyList<EvaluatedText> texts)
    {
        var bins = texts.GroupBy(static text => Math.Min(CalibrationBins - 1, (int)(text.Confidence * CalibrationBins)));
        var error = bins.Sum(static bin => Math.Abs(bin.Sum(static text => text.Confidence) - bin.Count(static text => text.IsCorrect)));
        return error / Math.Max(1, texts.Count);
    }

    /// <summary>Computes precision, recall and F1 from counts; a ratio with a zero denominator is 0.</summary>
    public static AverageMetrics ComputeRates(long correct, long predicted, long support)
    {
        double precision = Divide(correct, predicted), recall = Divide(correct, support);
        return new AverageMetrics(precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }

    /// <summary>Computes weighted means over classes.</summary>
    public static AverageMetrics ComputeAverage(IReadOnlyList<ClassMetrics> classes, Func<ClassMetrics, double> weight)
    {
        var total = classes.Sum(weight);
        return new AverageMetrics(
            Mean(static metrics => metrics.Precision), Mean(static metrics => metrics.Recall), Mean(static metrics => metrics.F1));

        double Mean(Func<ClassMetrics, double> value) => total == 0 ? 0 : classes.Sum(metrics => weight(metrics) * value(metrics)) / total;
    }

    private static ClassMetrics? ComputeClass(string label, IReadOnlyList<EvaluatedText> texts)
    {
        long support = 0, predicted = 0, correct = 0;
        foreach (var text in texts)
        {
            if (text.Actual == label) support++;
            if (text.Predicted == label) predicted++;
            if (text.Actual == label && text.Predicted == label) correct++;
        }

        if (support + predicted == 0) return null;
        var rates = ComputeRates(correct, predicted, support);
        return new ClassMetrics(label, rates.Precision, rates.Recall, rates.F1, support);
    }

    private static double Divide(long numerator, long denominator) => denominator == 0 ? 0 : (double)numerator / denominator;
}
