namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Remembers which clusters have counted, so that a conversation that continues over several windows is one observation: two Bloom filters
/// (Bloom 1970), of which the older one is replaced every six hours of event time. A cluster that is forgotten counts again after six to
/// twelve hours. A false positive leaves a cluster out whatever its labels are, which costs evidence but causes no bias.
/// </summary>
internal sealed class ClusterFilter
{
    private const int Bits = 1 << 16;
    private const int Probes = 3;

    /// <summary>The time after which the older filter is replaced.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromHours(6);

    /// <summary>The filter of the present period; null before the first cluster.</summary>
    public byte[]? Current { get; set; }

    /// <summary>The filter of the period before.</summary>
    public byte[]? Previous { get; set; }

    /// <summary>The beginning of the present period.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Remembers a cluster.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(ulong cluster, DateTimeOffset time)
    {
        Rotate(time);
        if (Previous is not null && Contains(Previous, cluster))
            return false;
        var isNew = !Contains(Current!, cluster);
        foreach (var bit in BitsOf(cluster))
            Current![bit >> 3] |= (byte)(1 << (bit & 7));
        return isNew;
    }

    private void Rotate(DateTimeOffset time)
    {
        if (Current is { Length: Bits / 8 } && time < Since + Period)
            return;
        Previous = Current is { Length: Bits / 8 } && time < Since + 2 * Period ? Current : null;
        (Current, Since) = (new byte[Bits / 8], time);
    }

    private static bool Contains(byte[] filter, ulong cluster)
    {
        foreach (var bit in BitsOf(cluster))
        {
            if (filter.Length != Bits / 8 || (filter[bit >> 3] & (1 << (bit & 7))) == 0)
                return false;
        }
        return true;
    }

    /// <summary>Returns the bits of a cluster, by the finalizer of SplitMix64 (Steele et al. 2014).</summary>
    private static int[] BitsOf(ulong cluster)
    {
        cluster = (cluster ^ (cluster >> 30)) * 0xbf58476d1ce4e5b9;
        cluster = (cluster ^ (cluster >> 27)) * 0x94d049bb133111eb;
        cluster ^= cluster >> 31;
        var bits = new int[Probes];
        for (var i = 0; i < Probes; i++)
            bits[i] = (int)(cluster >> (16 * i)) & (Bits - 1);
        return bits;
    }
}
