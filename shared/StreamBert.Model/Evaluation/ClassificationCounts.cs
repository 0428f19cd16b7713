using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>The counts of one label, from which precision, recall and F1 are computed. A ratio with a zero denominator is 0.</summary>
/// <param name="Label">The label.</param>
/// <param name="Support">The number of items that have the label.</param>
/// <param name="Predicted">The number of items for which it was predicted.</param>
/// <param name="Correct">The number of items of which both are true.</param>
public readonly record struct ClassificationCounts(string Label, long Support, long Predicted, long Correct)
{
    /// <summary>The precision, recall and F1 of the label.</summary>
    public AverageMetrics Rates
    {
        get
        {
            double precision = Divide(Correct, Predicted), recall = Divide(Correct, Support);
            return new AverageMetrics(precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
        }
    }

    /// <summary>Counts every label that occurs or is predicted.</summary>
    /// <param name="items">The items.</param>
    /// <returns>The counts, ordered by label as in scikit-learn (by code unit).</returns>
    public static IReadOnlyList<ClassificationCounts> Count(IEnumerable<EvaluatedText> items)
    {
        var counts = new SortedDictionary<string, ClassificationCounts>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            foreach (var label in item.Actual) Add(label, 1, 0, item.Predicted.Contains(label) ? 1 : 0);
            foreach (var label in item.Predicted) Add(label, 0, 1, 0);
        }

        return [.. counts.Values];

        void Add(string label, long support, long predicted, long correct)
        {
            var old = counts.GetValueOrDefault(label);
            counts[label] = new(label, old.Support + support, old.Predicted + predicted, old.Correct + correct);
        }
    }

    /// <summary>Computes the micro average: the rates of the sums.</summary>
    /// <param name="counts">The counts of the labels.</param>
    public static AverageMetrics AverageMicro(IReadOnlyList<ClassificationCounts> counts) => new ClassificationCounts(
        "", counts.Sum(static c => c.Support), counts.Sum(static c => c.Predicted), counts.Sum(static c => c.Correct)).Rates;

    /// <summary>Computes the macro average: the mean over labels.</summary>
    /// <param name="counts">The counts of the labels.</param>
    public static AverageMetrics AverageMacro(IReadOnlyList<ClassificationCounts> counts) => Average(counts, static _ => 1);

    /// <summary>Computes the mean over labels, weighted by their support.</summary>
    /// <param name="counts">The counts of the labels.</param>
    public static AverageMetrics AverageWeighted(IReadOnlyList<ClassificationCounts> counts) => Average(counts, static c => c.Support);

    private static AverageMetrics Average(IReadOnlyList<ClassificationCounts> counts, Func<ClassificationCounts, double> weight)
    {
        var total = counts.Sum(weight);
        return new AverageMetrics(
            Mean(static rates => rates.Precision), Mean(static rates => rates.Recall), Mean(static rates => rates.F1));

        double Mean(Func<AverageMetrics, double> value) => total == 0 ? 0 : counts.Sum(c => weight(c) * value(c.Rates)) / total;
    }

    private static double Divide(long numerator, long denominator) => denominator == 0 ? 0 : (double)numerator / denominator;
}
