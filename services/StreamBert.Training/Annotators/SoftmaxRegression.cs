using System.Numerics;

namespace StreamBert.Training.Annotators;

/// <summary>
/// Fits a multinomial logistic regression with a ridge penalty on standardized features. Each step solves with a fixed upper bound of the
/// Hessian, ½XᵀX for every label (Böhning 1992, "Multinomial logistic regression algorithm"), so that the likelihood rises in every step
/// and only one matrix is factorized, however many labels there are.
/// </summary>
internal sealed class SoftmaxRegression
{
    private const int Steps = 60;
    private const double InterceptPenalty = 1e-3, MinimumDeviation = 1e-6;
    private readonly double[] _means, _deviations, _penalties;
    private readonly double[][] _weights;

    private SoftmaxRegression(IReadOnlyList<double[]> rows, int labelCount, IReadOnlyList<double> penalties)
    {
        _penalties = [.. penalties, InterceptPenalty];
        var size = rows[0].Length;
        _means = [.. Enumerable.Range(0, size).Select(i => rows.Average(row => row[i]))];
        _deviations = [.. Enumerable.Range(0, size).Select(i => Math.Max(
            MinimumDeviation, Math.Sqrt(rows.Average(row => (row[i] - _means[i]) * (row[i] - _means[i])))))];
        _weights = [.. Enumerable.Range(0, labelCount).Select(_ => new double[size + 1])];
    }

    /// <param name="rows">The features of the rows, at least one.</param>
    /// <param name="labels">The label of each row, from 0.</param>
    /// <param name="labelCount">The number of labels.</param>
    /// <param name="penalties">The ridge penalty of each feature, above 0.</param>
    public static SoftmaxRegression Fit(
        IReadOnlyList<double[]> rows, IReadOnlyList<int> labels, int labelCount, IReadOnlyList<double> penalties)
    {
        var regression = new SoftmaxRegression(rows, labelCount, penalties);
        var inputs = rows.Select(regression.Standardize).ToArray();
        var bound = regression.CholeskyFactor(inputs);
        for (var step = 0; step < Steps; step++)
        {
            foreach (var (weights, gradient) in regression._weights.Zip(regression.Gradients(inputs, labels)))
            {
                Solve(bound, gradient);
                for (var i = 0; i < gradient.Length; i++)
                    weights[i] += gradient[i];
            }
        }
        return regression;
    }

    /// <summary>Returns the probability of each label.</summary>
    public double[] Predict(double[] row) => Probabilities(Standardize(row));

    /// <summary>Standardizes a row and appends the constant of the intercept.</summary>
    private double[] Standardize(double[] row)
    {
        var standardized = new double[row.Length + 1];
        for (var i = 0; i < row.Length; i++)
            standardized[i] = (row[i] - _means[i]) / _deviations[i];
        standardized[^1] = 1;
        return standardized;
    }

    private double[] Probabilities(double[] input)
    {
        var logits = Array.ConvertAll(_weights, weights => Dot(weights, input, input.Length));
        var maximum = logits.Max();
        var exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - maximum));
        var sum = exponentials.Sum();
        return Array.ConvertAll(exponentials, value => value / sum);
    }

    private double[][] Gradients(double[][] inputs, IReadOnlyList<int> labels)
    {
        var gradients = Array.ConvertAll(_weights, static weights => new double[weights.Length]);
        foreach (var (row, input) in inputs.Index())
        {
            var residuals = Array.ConvertAll(Probabilities(input), static probability => -probability);
            residuals[labels[row]]++;
            foreach (var (label, gradient) in gradients.Index())
            {
                AddScaled(gradient, residuals[label], input);
            }
        }
        foreach (var (label, gradient) in gradients.Index())
        {
            for (var i = 0; i < gradient.Length; i++)
                gradient[i] -= _penalties[i] * _weights[label][i];
        }
        return gradients;
    }

    /// <summary>Returns the lower triangular factor of ½XᵀX plus the penalties.</summary>
    private double[][] CholeskyFactor(double[][] inputs)
    {
        var size = inputs[0].Length;
        var factor = new double[size][];
        for (var row = 0; row < size; row++)
        {
            factor[row] = new double[row + 1];
            for (var column = 0; column <= row; column++)
            {
                var sum = inputs.Sum(input => input[row] * input[column]) / 2 + (row == column ? _penalties[row] : 0);
                sum -= Dot(factor[row], factor[column], column);
                factor[row][column] = row == column ? Math.Sqrt(sum) : sum / factor[column][column];
            }
        }
        return factor;
    }

    /// <summary>Replaces the values by the solution of LLᵀx = values.</summary>
    private static void Solve(double[][] factor, double[] values)
    {
        for (var row = 0; row < values.Length; row++)
            values[row] = (values[row] - Dot(factor[row], values, row)) / factor[row][row];
        for (var row = values.Length - 1; row >= 0; row--)
        {
            for (var below = row + 1; below < values.Length; below++)
                values[row] -= factor[below][row] * values[below];
            values[row] /= factor[row][row];
        }
    }

    private static void AddScaled(double[] target, double factor, double[] values)
    {
        var i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(target, i) + (factor * new Vector<double>(values, i))).CopyTo(target, i);
        for (; i < values.Length; i++)
            target[i] += factor * values[i];
    }

    private static double Dot(double[] first, double[] second, int count)
    {
        var (i, sums) = (0, Vector<double>.Zero);
        for (; i <= count - Vector<double>.Count; i += Vector<double>.Count)
            sums += new Vector<double>(first, i) * new Vector<double>(second, i);
        var sum = Vector.Sum(sums);
        for (; i < count; i++)
            sum += first[i] * second[i];
        return sum;
    }
}
