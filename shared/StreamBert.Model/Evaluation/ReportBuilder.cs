using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Computes precision, recall, F1 and support per class with their averages, as scikit-learn's <c>classification_report</c> does.
/// </summary>
public static class ReportBuilder
{
    /// <summary>
    /// Builds a report. By default, classes that neither occur nor are predicted are excluded from the table and the averages.
    /// </summary>
    /// <param name="head">The name of the head.</param>
    /// <param name="data">The name of the data.</param>
    /// <param name="labels">The labels in the order of the report.</param>
    /// <param name="texts">The texts, or the words of a report by words.</param>
    /// <param name="keepAbsent">Whether classes that neither occur nor are predicted are included.</param>
    public static ClassificationReport Build(
        string head, string data, IReadOnlyList<string> labels, IReadOnlyList<EvaluatedText> texts, bool keepAbsent = false)
    {
        var found = ClassificationCounts.Count(texts).ToDictionary(static counts => counts.Label, StringComparer.Ordinal);
        List<ClassificationCounts> counts = [.. labels.Where(label => keepAbsent || found.ContainsKey(label))
            .Select(label => found.GetValueOrDefault(label, new ClassificationCounts(label, 0, 0, 0)))];
        return new ClassificationReport
        {
            Head = head,
            Data = data,
            Count = texts.Count,
            Accuracy = texts.Count == 0 ? 0 : texts.Count(static text => text.IsCorrect) / (double)texts.Count,
            Classes = ToMetrics(counts),
            Micro = ClassificationCounts.AverageMicro(counts),
            Macro = ClassificationCounts.AverageMacro(counts),
            Weighted = ClassificationCounts.AverageWeighted(counts),
            CalibrationError = CalibrationError.Compute(texts),
        };
    }

    /// <summary>Converts counts to the rows of a report.</summary>
    internal static IReadOnlyList<ClassMetrics> ToMetrics(IEnumerable<ClassificationCounts> counts) => [.. counts.Select(static c =>
        new ClassMetrics(c.Label, c.Rates.Precision, c.Rates.Recall, c.Rates.F1, c.Support))];
}
