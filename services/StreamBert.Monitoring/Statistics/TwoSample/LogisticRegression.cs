using MathNet.Numerics.LinearAlgebra;

namespace StreamBert.Monitoring.Statistics.TwoSample;

/// <summary>
/// Fits a logistic regression with an intercept and an L2 penalty by Newton's method (iteratively reweighted least squares). Features
/// should be standardised.
/// </summary>
internal static class LogisticRegression
{
    private const double Penalty = 1;
    private const int MaximumSteps = 8;
    private const double Tolerance = 1e-4;

    /// <summary>Returns the weights, the intercept last.</summary>
    /// <param name="rows">The features of the rows.</param>
    /// <param name="isPositive">The class of the rows.</param>
    public static double[] Fit(IReadOnlyList<double[]> rows, IReadOnlyList<bool> isPositive)
    {
        var size = rows[0].Length + 1;
        var weights = new double[size];
        for (var step = 0; step < MaximumSteps; step++)
        {
            var (gradient, hessian) = Derivatives(rows, isPositive, weights);
            var change = hessian.Cholesky().Solve(gradient);
            for (var i = 0; i < size; i++)
                weights[i] += change[i];
            if (change.AbsoluteMaximum() < Tolerance)
                break;
        }
        return weights;
    }

    /// <summary>Returns the log odds of a row.</summary>
    public static double Score(double[] weights, double[] row)
    {
        var sum = weights[^1];
        for (var i = 0; i < row.Length; i++)
            sum += weights[i] * row[i];
        return sum;
    }

    private static (Vector<double> Gradient, Matrix<double> Hessian) Derivatives(
        IReadOnlyList<double[]> rows, IReadOnlyList<bool> isPositive, double[] weights)
    {
        var size = weights.Length;
        var (gradient, hessian, extended) = (new double[size], new double[size, size], new double[size]);
        extended[^1] = 1;
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].CopyTo(extended, 0);
            var p = 1 / (1 + Math.Exp(-Score(weights, rows[i])));
            var (residual, curvature) = ((isPositive[i] ? 1 : 0) - p, p * (1 - p));
            for (var a = 0; a < size; a++)
            {
                gradient[a] += residual * extended[a];
                var scaled = curvature * extended[a];
                for (var b = 0; b <= a; b++)
                    hessian[a, b] += scaled * extended[b];
            }
        }
        return (Penalise(gradient, weights), Symmetric(hessian));
    }

    private static Vector<double> Penalise(double[] gradient, double[] weights)
    {
        for (var i = 0; i < weights.Length - 1; i++)
            gradient[i] -= Penalty * weights[i];
        return Vector<double>.Build.Dense(gradient);
    }

    private static Matrix<double> Symmetric(double[,] lower) => Matrix<double>.Build.Dense(
        lower.GetLength(0),
        lower.GetLength(0),
        (a, b) => lower[Math.Max(a, b), Math.Min(a, b)] + (a == b && a < lower.GetLength(0) - 1 ? Penalty : 0) + (a == b ? 1e-9 : 0));
}
