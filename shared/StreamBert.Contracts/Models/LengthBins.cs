namespace StreamBert.Contracts;

/// <summary>The bins of histograms of lengths in tokens: one for each length below 64, then one for every 16 tokens, up to 512.</summary>
public static class LengthBins
{
    private const int Exact = 64, Width = 16, Last = 512;

    /// <summary>The number of bins; the last one holds all lengths from 512 tokens on.</summary>
    public const int Count = Exact + (Last - Exact) / Width + 1;

    /// <summary>Returns the bin of a length.</summary>
    /// <param name="tokens">The number of tokens, special tokens included.</param>
    public static int IndexOf(int tokens) =>
        tokens < Exact ? Math.Max(tokens, 0) : Math.Min(Exact + (tokens - Exact) / Width, Count - 1);

    /// <summary>Returns the smallest length of a bin.</summary>
    /// <param name="bin">The bin.</param>
    public static int LowerBound(int bin) => bin < Exact ? bin : Exact + (bin - Exact) * Width;
}
