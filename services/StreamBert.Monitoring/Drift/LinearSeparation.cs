using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using StreamBert.Monitoring.Statistics.TwoSample;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Separates two samples by Fisher's linear discriminant, w = S⁻¹(μ₁ − μ₂) with the pooled covariance S. It costs one pass, and its area
/// under the ROC curve on the rows that it was fitted on exceeds that on other rows: it rules out most hours without drift.
/// </summary>
internal sealed class LinearSeparation
{
    private const double Ridge = 1e-6;

    private readonly double[] _weights;

    private LinearSeparation(double[] weights, double area) => (_weights, Area) = (weights, area);

    /// <summary>
    /// The area under the ROC curve between the populations, ½ without a difference. The area on the fitted rows exceeds it; as it is
    /// Φ(D/√2) for normal samples at the Mahalanobis distance D, it is corrected by the unbiased estimate of D² (Lachenbruch and Mickey
    /// 1968): D²·(N − p − 3)/(N − 2) − p·(1/n + 1/m) for n and m of N rows with p values.
    /// </summary>
    public double Area { get; }

    /// <summary>Fits the separation.</summary>
    public static LinearSeparation Of(float[][] first, float[][] second)
    {
        var size = first[0].Length;
        var (meanFirst, meanSecond, covariance) = (MeanOf(first), MeanOf(second), new ScatterMatrix(size));
        AddScatter(covariance, first, meanFirst);
        AddScatter(covariance, second, meanSecond);
        var scale = covariance.Trace() / size;
        var difference = Vector<double>.Build.Dense(size, i => meanFirst[i] - meanSecond[i]);
        var regular = covariance.ToMatrix((_, value) => value + (Ridge * scale + double.Epsilon));
        var solution = scale > 0 ? regular.Cholesky().Solve(difference) : difference;
        var weights = solution.ToArray();
        var separation = new LinearSeparation(weights, 0);
        double[] scores = [.. first.Concat(second).Select(separation.Score)];
        var fitted = AreaUnderCurve.Of(scores, [.. Enumerable.Range(0, scores.Length).Select(i => i < first.Length)]);
        return new(weights, WithoutFit(fitted, first.Length, second.Length, size));
    }

    private static double WithoutFit(double area, int first, int second, int size)
    {
        if (area is <= 0.5 or >= 1)
            return area;
        var distance = Math.Sqrt(2) * Normal.InvCDF(0, 1, area);
        var count = first + second;
        var unbiased = distance * distance * Math.Max(count - size - 3, 0) / (count - 2) - size * (1.0 / first + 1.0 / second);
        return Normal.CDF(0, 1, Math.Sqrt(Math.Max(unbiased, 0) / 2));
    }

    /// <summary>Returns the score of a row: the higher, the more it belongs to the first sample.</summary>
    public double Score(float[] row)
    {
        double sum = 0;
        for (var i = 0; i < Math.Min(row.Length, _weights.Length); i++)
            sum += _weights[i] * row[i];
        return sum;
    }

    private static double[] MeanOf(float[][] rows)
    {
        var mean = new double[rows[0].Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < mean.Length; i++)
                mean[i] += (double)row[i] / rows.Length;
        }
        return mean;
    }

    private static void AddScatter(ScatterMatrix scatter, float[][] rows, double[] mean)
    {
        var centred = new double[mean.Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < centred.Length; i++)
                centred[i] = row[i] - mean[i];
            scatter.Add(centred);
        }
    }
}
