using StreamBert.Contracts;
using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Evaluation.Outcomes;

/// <summary>Computes the average over texts of a multi-label head: scikit-learn's <c>samples</c> average.</summary>
internal static class SampleAverage
{
    public static AverageMetrics Of(IReadOnlyList<EvaluatedText> texts)
    {
        var rates = texts.Select(static text => new ClassificationCounts(
            "", text.Actual.Count, text.Predicted.Count, text.Actual.Count(text.Predicted.Contains)).Rates).ToList();
        return rates.Count == 0 ? new(0, 0, 0) : new(
            rates.Average(static rate => rate.Precision), rates.Average(static rate => rate.Recall), rates.Average(static rate => rate.F1));
    }
}
