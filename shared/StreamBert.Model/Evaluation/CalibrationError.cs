using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Computes the expected calibration error: the mean distance of confidence and accuracy over 15 equal bins of confidence, weighted by
/// their texts (Guo et al. 2017).
/// </summary>
public sealed class CalibrationError
{
    private const int Bins = 15;
    private readonly double[] _confidences;
    private readonly bool[] _correct;
    private readonly double[] _sums = new double[Bins];

    private CalibrationError(IReadOnlyList<EvaluatedText> texts) =>
        (_confidences, _correct) = ([.. texts.Select(static text => text.Confidence)], [.. texts.Select(static text => text.IsCorrect)]);

    /// <summary>Computes the error of a model.</summary>
    /// <param name="texts">Its answers.</param>
    public static double Compute(IReadOnlyList<EvaluatedText> texts) =>
        new CalibrationError(texts).Compute([.. Enumerable.Range(0, texts.Count)]);

    /// <summary>
    /// Computes the interval of the error of a second model minus that of a first, by a paired bootstrap: each sample draws the same texts
    /// of both.
    /// </summary>
    /// <param name="first">The answers of the first model.</param>
    /// <param name="second">The answers of the second model to the same texts in the same order.</param>
    /// <param name="tail">The share of the samples on each side of the interval; 0.05 makes each end a one-sided 95 % bound.</param>
    public static Interval OfIncrease(IReadOnlyList<EvaluatedText> first, IReadOnlyList<EvaluatedText> second, double tail)
    {
        var (before, after) = (new CalibrationError(first), new CalibrationError(second));
        return Bootstrap.Percentiles(Bootstrap.Draw(first.Count, indices => after.Compute(indices) - before.Compute(indices)), tail);
    }

    private double Compute(int[] indices)
    {
        Array.Clear(_sums);
        foreach (var index in indices)
        {
            var bin = Math.Min(Bins - 1, (int)(_confidences[index] * Bins));
            _sums[bin] += _confidences[index] - (_correct[index] ? 1 : 0);
        }
        return _sums.Sum(Math.Abs) / Math.Max(1, indices.Length);
    }
}
