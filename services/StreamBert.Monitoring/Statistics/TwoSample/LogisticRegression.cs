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
    private const double Tolerance = 1e-4, Jitter = 1e-9;

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
        var (gradient, hessian, extended) = (new double[weights.Length], new ScatterMatrix(weights.Length), new double[weights.Length]);
        extended[^1] = 1;
        var probabilities = new double[rows.Count];
        for (var i = 0; i < probabilities.Length; i++) // in a loop of its own, in which the processor overlaps the sums
            probabilities[i] = 1 / (1 + Math.Exp(-Score(weights, rows[i])));
        for (var i = 0; i < probabilities.Length; i++)
        {
            rows[i].CopyTo(extended, 0);
            var p = probabilities[i];
            var residual = (isPositive[i] ? 1 : 0) - p;
            for (var a = 0; a < gradient.Length; a++)
                gradient[a] += residual * extended[a];
            hessian.Add(extended, p * (1 - p));
        }
        return (Penalise(gradient, weights), hessian.ToMatrix((i, value) => value + (i < weights.Length - 1 ? Penalty : 0) + Jitter));
    }

    private static Vector<double> Penalise(double[] gradient, double[] weights)
    {
        for (var i = 0; i < weights.Length - 1; i++)
            gradient[i] -= Penalty * weights[i];
        return Vector<double>.Build.Dense(gradient);
    }
}
