using System.Numerics;
using MathNet.Numerics.Distributions;
using StreamBert.Contracts;

namespace StreamBert.Training.Rollout;

/// <summary>
/// The logarithm of the time for a text, by the power of two of the batch size: the candidate's batches are smaller than the champion's,
/// and a small batch takes longer for each text. The texts of a batch share its time and weigh as one.
/// </summary>
internal sealed class LatencySums
{
    private const int Sizes = 20;
    private const double MinimumBatches = 10;

    private readonly double[] _batches = new double[Sizes];
    private readonly double[] _sums = new double[Sizes];
    private readonly double[] _squares = new double[Sizes];

    public void Add(StageTimings timings)
    {
        if (timings.BatchSize == 0 || timings.ModelMs <= 0)
            return; // cached
        var size = Math.Min(Sizes - 1, BitOperations.Log2((uint)timings.BatchSize));
        var (weight, value) = (1.0 / timings.BatchSize, Math.Log(timings.ModelMs / timings.BatchSize));
        _batches[size] += weight;
        _sums[size] += weight * value;
        _squares[size] += weight * value * value;
    }

    /// <summary>Returns the ratio of the times with its one-sided lower bound; null if there are too few batches of like size.</summary>
    public static (double Ratio, double Low)? Compare(LatencySums candidate, LatencySums champion, double significance)
    {
        double weights = 0, difference = 0, variance = 0, batches = 0;
        for (var size = 0; size < Sizes; size++)
        {
            var (n1, n0) = (candidate._batches[size], champion._batches[size]);
            if (Math.Min(n1, n0) < MinimumBatches)
                continue;
            var weight = n1 * n0 / (n1 + n0);
            weights += weight;
            batches += Math.Min(n1, n0);
            difference += weight * (candidate.Mean(size) - champion.Mean(size));
            variance += weight * weight * (candidate.Variance(size) / n1 + champion.Variance(size) / n0);
        }
        if (weights == 0)
            return null;
        var half = StudentT.InvCDF(0, 1, batches - 1, 1 - significance) * Math.Sqrt(variance) / weights;
        return (Math.Exp(difference / weights), Math.Exp(difference / weights - half));
    }

    private double Mean(int size) => _sums[size] / _batches[size];

    private double Variance(int size) =>
        Math.Max(0, _squares[size] / _batches[size] - Mean(size) * Mean(size)) * _batches[size] / (_batches[size] - 1);
}
