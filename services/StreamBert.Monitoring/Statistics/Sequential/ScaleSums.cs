using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamBert.Monitoring.Statistics.Sequential;

/// <summary>
/// Keeps sums of the windows over the last w = 1, 2, 4, …, up to about a day, in memory that grows with the logarithm of the day: scale w
/// is three closed blocks of w/4 windows and the open one, so that the newest window is always included and the oldest quarter leaves at
/// once. The fields of a window are its observation, its size, its expectation and its variance.
/// </summary>
internal sealed class ScaleSums
{
    /// <summary>The number of summed fields.</summary>
    public const int Fields = 4;

    private const int Blocks = 4;

    /// <summary>The number of windows that were added.</summary>
    public long Windows { get; set; }

    /// <summary>Tier × block × field: tier t has blocks of 2^t windows, the oldest first, the open one last.</summary>
    public double[] Sums { get; set; } = [];

    /// <summary>The number of scales: 1, 2, and one per tier.</summary>
    public int Scales => 2 + Tiers;

    private int Tiers => Sums.Length / (Blocks * Fields);

    /// <summary>Returns the number of scales whose longest is at most a day.</summary>
    /// <param name="windowsPerDay">The number of windows per day.</param>
    public static int TiersFor(int windowsPerDay) => Math.Max(1, (int)Math.Log2(Math.Max(Blocks, windowsPerDay) / (double)Blocks) + 1);

    /// <summary>Adds the fields of a window.</summary>
    public void Add(int windowsPerDay, ReadOnlySpan<double> fields)
    {
        if (Sums.Length == 0)
            Sums = new double[TiersFor(windowsPerDay) * Blocks * Fields];
        var (window, tiers) = (Vector256.Create(fields), Tiers);
        for (var tier = 0; tier < tiers; tier++)
        {
            var blocks = BlocksOf(tier);
            if ((Windows & (1L << tier) - 1) == 0)
                (blocks[0], blocks[1], blocks[2], blocks[3]) = (blocks[1], blocks[2], blocks[3], Vector256<double>.Zero);
            blocks[3] += window;
        }
        Windows++;
    }

    /// <summary>Adds to a field of an earlier window, as far as a scale still includes it.</summary>
    /// <param name="age">The number of windows that were added after it.</param>
    public void Revise(int age, int field, double change)
    {
        var window = Windows - 1 - age;
        for (var tier = 0; tier < Tiers && window >= 0; tier++)
        {
            if (((Windows - 1) >> tier) - (window >> tier) is < Blocks and var block)
                Sums[(tier * Blocks + (Blocks - 1 - (int)block)) * Fields + field] += change;
        }
    }

    /// <summary>Sums the last windows of a scale (0 = 1 window, 1 = 2 windows, 2 + t = tier t) and returns their number.</summary>
    public int Sum(int scale, Span<double> fields)
    {
        var (tier, first) = scale < 2 ? (0, Blocks - 1 - scale) : (scale - 2, 0);
        var blocks = BlocksOf(tier);
        var sum = Vector256<double>.Zero;
        for (var block = first; block < Blocks; block++)
            sum += blocks[block];
        sum.CopyTo(fields);
        var closed = (Blocks - 1 - first) << tier;
        return (int)Math.Min(Windows, closed + ((Windows - 1) & (1L << tier) - 1) + 1);
    }

    /// <summary>Returns the blocks of a tier, each with its fields.</summary>
    private Span<Vector256<double>> BlocksOf(int tier) =>
        MemoryMarshal.Cast<double, Vector256<double>>(Sums.AsSpan()).Slice(tier * Blocks, Blocks);
}
