namespace StreamBert.Model.OutOfDistribution;

/// <summary>
/// Converts distances to scores from 0 to 1: the share of held-out texts that are nearer. Beyond the 90 % quantile, where few texts are
/// left, the tail is exponential.
/// </summary>
/// <param name="quantiles">The quantiles of the held-out distances from 0 to 90 %, equally spaced.</param>
/// <param name="tailMean">The mean excess of the distances beyond the last quantile.</param>
internal sealed class DistanceScale(IReadOnlyList<float> quantiles, float tailMean)
{
    private const int Steps = 90, Digits = 4;
    private const double TailStart = 0.9;

    /// <summary>The quantiles, followed by the mean excess beyond the last one.</summary>
    public IEnumerable<float> Values => quantiles.Append(tailMean);

    /// <summary>The number of <see cref="Values"/>.</summary>
    public const int ValueCount = Steps + 2;

    /// <summary>Fits the scale to held-out distances.</summary>
    public static DistanceScale Fit(IEnumerable<float> distances)
    {
        float[] sorted = [.. distances.Order()];
        float[] quantiles = [.. Enumerable.Range(0, Steps + 1).Select(step => Interpolate(sorted, TailStart * step / Steps))];
        var excess = sorted.Where(distance => distance > quantiles[^1]).Select(distance => distance - quantiles[^1]).ToList();
        return new(quantiles, excess.Count > 0 ? excess.Average() : 0);
    }

    /// <summary>Returns the scale with the given <see cref="Values"/>.</summary>
    public static DistanceScale Create(float[] values) => new(values[..^1], values[^1]);

    /// <summary>Returns the score of a distance, rounded to four digits.</summary>
    public double GetScore(float distance)
    {
        if (distance > quantiles[^1])
            return Math.Round(1 - (1 - TailStart) * Math.Exp(-(distance - quantiles[^1]) / Math.Max(tailMean, float.Epsilon)), Digits);
        var step = 0;
        while (step + 1 < quantiles.Count && quantiles[step + 1] < distance) step++;
        if (step + 1 == quantiles.Count || distance <= quantiles[0]) return distance <= quantiles[0] ? 0 : TailStart;
        var width = quantiles[step + 1] - quantiles[step];
        var fraction = width > 0 ? (distance - quantiles[step]) / width : 1;
        return Math.Round(TailStart * (step + fraction) / Steps, Digits);
    }

    private static float Interpolate(float[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var index = (int)position;
        return index + 1 == sorted.Length ? sorted[index]
            : (float)(sorted[index] + (position - index) * (sorted[index + 1] - sorted[index]));
    }
}
