namespace StreamBert.Monitoring.Statistics.TwoSample;

/// <summary>
/// Compares two samples of vectors by how well a classifier can tell them apart (Lopez-Paz and Oquab 2017; Rabanser et al. 2019): a
/// logistic regression is fitted on four fifths of the rows and scores the rest; the area under the ROC curve of these out-of-fold scores
/// is ½ without a difference. The p-value is by permutation, with the regressions fitted again.
/// </summary>
internal static class DomainClassifier
{
    private const int Folds = 5;

    /// <summary>
    /// Returns the area and its p-value. The p-value is 1 without any permutation if the area is below <paramref name="minimumArea"/>,
    /// because such a small difference does not matter.
    /// </summary>
    /// <param name="first">The first sample: rows of equal length, at least five.</param>
    /// <param name="second">The second sample.</param>
    /// <param name="seed">The seed of the folds and of the permutations.</param>
    /// <param name="minimumArea">The effect floor.</param>
    /// <param name="permutations">The largest number of permutations.</param>
    public static (double Area, double PValue) Test(
        IReadOnlyList<float[]> first, IReadOnlyList<float[]> second, int seed, double minimumArea = 0.6, int permutations = 199)
    {
        var random = new Random(seed);
        var rows = Standardise([.. first, .. second]);
        var isFirst = Enumerable.Range(0, rows.Length).Select(i => i < first.Count).ToArray();
        var folds = Enumerable.Range(0, rows.Length).Select(static i => i % Folds).ToArray();
        random.Shuffle(folds);
        var area = OutOfFoldArea(rows, folds, isFirst);
        return area < minimumArea ? (area, 1)
            : (area, Permutation.PValue(isFirst, area, permutations, random, permuted => OutOfFoldArea(rows, folds, permuted)));
    }

    private static double OutOfFoldArea(double[][] rows, int[] folds, bool[] isFirst)
    {
        var scores = new double[rows.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] train = [.. Enumerable.Range(0, rows.Length).Where(i => folds[i] != fold)];
            var weights = LogisticRegression.Fit(Array.ConvertAll(train, i => rows[i]), Array.ConvertAll(train, i => isFirst[i]));
            for (var i = 0; i < rows.Length; i++)
            {
                if (folds[i] == fold)
                    scores[i] = LogisticRegression.Score(weights, rows[i]);
            }
        }
        return AreaUnderCurve.Of(scores, isFirst);
    }

    /// <summary>Scales every feature to mean 0 and variance 1 over both samples.</summary>
    private static double[][] Standardise(float[][] rows)
    {
        var result = rows.Select(static row => new double[row.Length]).ToArray();
        for (var feature = 0; feature < rows[0].Length; feature++)
        {
            var mean = rows.Average(row => (double)row[feature]);
            var deviation = Math.Sqrt(rows.Average(row => (row[feature] - mean) * (row[feature] - mean)));
            for (var i = 0; i < rows.Length; i++)
                result[i][feature] = (rows[i][feature] - mean) / Math.Max(deviation, 1e-12);
        }
        return result;
    }
}
