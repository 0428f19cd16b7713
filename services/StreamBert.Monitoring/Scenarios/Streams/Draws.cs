namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>Draws from distributions that <see cref="Random"/> lacks.</summary>
internal static class Draws
{
    /// <summary>Above this mean a Poisson draw is split, because the limit of Knuth's product would underflow.</summary>
    private const double MaxPoissonMean = 500;

    /// <summary>Draws from a Poisson distribution by Knuth's product of uniforms.</summary>
    public static int Poisson(this Random random, double mean)
    {
        if (mean > MaxPoissonMean)
            return random.Poisson(mean / 2) + random.Poisson(mean / 2);
        var (limit, count) = (Math.Exp(-mean), 0);
        for (var product = random.NextDouble(); product > limit; product *= random.NextDouble())
            count++;
        return count;
    }

    /// <summary>Draws from an exponential distribution.</summary>
    public static double Exponential(this Random random, double mean) => -Math.Log(1 - random.NextDouble()) * mean;

    /// <summary>Draws from a geometric distribution on 1, 2, …; with a mean of 1 it is always 1.</summary>
    public static int Geometric(this Random random, double mean) =>
        mean <= 1 ? 1 : 1 + (int)(Math.Log(1 - random.NextDouble()) / Math.Log(1 - 1 / mean));

    /// <summary>Draws from the standard normal distribution by the method of Box and Muller.</summary>
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Draws an index by cumulative weights, the last of which is their sum.</summary>
    public static int Index(this Random random, double[] cumulative)
    {
        var found = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return Math.Min(found >= 0 ? found + 1 : ~found, cumulative.Length - 1);
    }
}
