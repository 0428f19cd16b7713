namespace StreamBert.Cli.Bench;

/// <summary>Texts of random word pieces whose lengths follow a log-normal distribution, as short texts do: mean about 35 tokens, 3 to 128.</summary>
internal static class LengthMix
{
    private const int Shortest = 3, Longest = 128, Mean = 35;
    private const double Deviation = 0.6;

    public static int[] Lengths(int count, int seed)
    {
        var random = new Random(seed);
        // The mean of a log-normal is exp(μ + σ²/2).
        var mu = Math.Log(Mean) - Deviation * Deviation / 2;
        return [.. Enumerable.Range(0, count).Select(_ => Math.Clamp((int)Math.Round(Math.Exp(mu + Deviation * Normal(random))), Shortest, Longest))];
    }

    /// <summary>Token ids below <paramref name="vocabulary"/> for each length.</summary>
    public static int[] Ids(int length, int vocabulary, Random random) => [.. Enumerable.Range(0, length).Select(_ => random.Next(vocabulary))];

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
