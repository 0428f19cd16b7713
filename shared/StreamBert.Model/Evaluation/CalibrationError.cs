using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Computes the expected calibration error: the mean distance of confidence and accuracy over 15 equal bins of confidence, weighted by
/// their texts (Guo et al. 2017). With texts of several sources every source has the same weight, however many texts it has.
/// </summary>
public sealed class CalibrationError
{
    private const int Bins = 15;
    private readonly (double Confidence, bool IsCorrect)[][] _sources;
    private readonly double[] _sums = new double[Bins];

    private CalibrationError(IEnumerable<IReadOnlyList<EvaluatedText>> sources) =>
        _sources = [.. sources.Select(static texts => texts.Select(static text => (text.Confidence, text.IsCorrect)).ToArray())];

    /// <summary>Computes the error of a model.</summary>
    /// <param name="sources">Its answers, by source.</param>
    public static double Compute(params IReadOnlyList<EvaluatedText>[] sources) =>
        new CalibrationError(sources).Compute([.. sources.Select(static texts => Enumerable.Range(0, texts.Count).ToArray())]);

    /// <summary>
    /// Computes the interval of the error of a second model minus that of a first, by a paired bootstrap: each sample draws the same texts
    /// of both, from each source as many as it has.
    /// </summary>
    /// <param name="sources">The answers of both models to the same texts in the same order, by source.</param>
    /// <param name="tail">The share of the samples on each side of the interval; 0.05 makes each end a one-sided 95 % bound.</param>
    public static Interval OfIncrease(
        IReadOnlyList<(IReadOnlyList<EvaluatedText> First, IReadOnlyList<EvaluatedText> Second)> sources, double tail)
    {
        var before = new CalibrationError(sources.Select(static source => source.First));
        var after = new CalibrationError(sources.Select(static source => source.Second));
        return Bootstrap.Percentiles(
            Bootstrap.Draw(
                [.. sources.Select(static source => source.First.Count)], indices => after.Compute(indices) - before.Compute(indices)),
            tail);
    }

    private double Compute(int[][] indices)
    {
        Array.Clear(_sums);
        foreach (var (texts, drawn) in _sources.Zip(indices))
        {
            var weight = 1.0 / Math.Max(1, drawn.Length) / _sources.Length;
            foreach (var index in drawn)
            {
                var (confidence, isCorrect) = texts[index];
                _sums[Math.Min(Bins - 1, (int)(confidence * Bins))] += weight * (confidence - (isCorrect ? 1 : 0));
            }
        }
        return _sums.Sum(Math.Abs);
    }
}
