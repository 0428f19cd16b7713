namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>
/// Random hash functions whose smallest values over two sets are equal with the probability of the sets' Jaccard similarity (Broder 1997).
/// The share of k functions with equal values therefore estimates it, with the standard error √(J(1 − J) / k).
/// </summary>
/// <param name="seed">Selects the functions.</param>
internal sealed class MinHash(int seed)
{
    /// <summary>Returns the smallest value of a function over a set that is not empty.</summary>
    public ulong Minimum(ulong[] set, int function)
    {
        var key = Mix(((ulong)(uint)seed << 32) | (uint)function);
        var minimum = ulong.MaxValue;
        foreach (var element in set) minimum = Math.Min(minimum, Mix(element ^ key));
        return minimum;
    }

    /// <summary>Mixes the bits of a number by the generator SplitMix64 (Steele, Lea and Flood 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
