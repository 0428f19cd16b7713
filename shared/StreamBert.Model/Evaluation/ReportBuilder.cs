using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Precision, recall, F1 and support per class with their averages, as scikit-learn's <c>classification_report</c> defines them.
/// </summary>
public static class ReportBuilder
{
    private const int CalibrationBins = 15;

    /// <summary>Classes that neither occur nor are predicted are left out of the table and of the macro average.</summary>
    public static ClassificationReport Build(string head, string data, IReadOnlyList<string> labels, IReadOnlyList<Outcome> outcomes)
    {
        var classes = labels.Select(label => Class(label, outcomes)).Where(static c => c is not null).Select(static c => c!).ToList();
        var accuracy = outcomes.Count == 0 ? 0 : outcomes.Count(Right) / (double)outcomes.Count;
        return new ClassificationReport
        {
            Head = head,
            Data = data,
            Count = outcomes.Count,
            Accuracy = accuracy,
            Classes = classes,
            // With one label a text, micro precision, recall and F1 all equal accuracy.
            Micro = new AverageMetrics(accuracy, accuracy, accuracy),
            Macro = Average(classes, static _ => 1),
            Weighted = Average(classes, static c => c.Support),
            CalibrationError = CalibrationError(outcomes),
        };
    }

    /// <summary>Expected calibration error over 15 equal bins of confidence (Guo et al. 2017).</summary>
    public static double CalibrationError(IReadOnlyList<Outcome> outcomes)
    {
        var bins = outcomes.GroupBy(static o => Math.Min(CalibrationBins - 1, (int)(o.Confidence * CalibrationBins)));
        return bins.Sum(static bin => Math.Abs(bin.Sum(static o => o.Confidence) - bin.Count(Right))) / Math.Max(1, outcomes.Count);
    }

    private static bool Right(Outcome outcome) => outcome.Actual == outcome.Predicted;

    private static ClassMetrics? Class(string label, IReadOnlyList<Outcome> outcomes)
    {
        long support = 0, predicted = 0, hit = 0;
        foreach (var outcome in outcomes)
        {
            if (outcome.Actual == label) support++;
            if (outcome.Predicted == label) predicted++;
            if (outcome.Actual == label && outcome.Predicted == label) hit++;
        }

        if (support + predicted == 0) return null;
        var rates = Rates(hit, predicted, support);
        return new ClassMetrics(label, rates.Precision, rates.Recall, rates.F1, support);
    }

    /// <summary>Precision, recall and F1 from counts; a ratio to nothing is 0.</summary>
    internal static AverageMetrics Rates(long hit, long predicted, long support)
    {
        double precision = Ratio(hit, predicted), recall = Ratio(hit, support);
        return new AverageMetrics(precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }

    internal static AverageMetrics Average(IReadOnlyList<ClassMetrics> classes, Func<ClassMetrics, double> weight)
    {
        var total = classes.Sum(weight);
        double Mean(Func<ClassMetrics, double> value) => total == 0 ? 0 : classes.Sum(c => weight(c) * value(c)) / total;
        return new AverageMetrics(Mean(static c => c.Precision), Mean(static c => c.Recall), Mean(static c => c.F1));
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
