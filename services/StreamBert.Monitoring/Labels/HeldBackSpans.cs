using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// Holds spans back before the dispersion is measured with them, so that the first spans of an incident, before it is detected, do not
/// widen what is expected. A span waits for the next ones of its scale: eight of a window, and at least two of each longer length.
/// </summary>
internal sealed class HeldBackSpans
{
    private const int LongestQueue = 8, ShortestQueue = 2;

    /// <summary>The spans of all scales, the oldest of a scale first.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Values { get; set; } = [];

    /// <summary>Creates empty queues for spans of up to 2^<paramref name="scales"/> windows.</summary>
    public static HeldBackSpans Create(int scales) => new() { Values = new float[HeldBackSpan.Fields * StartOf(scales + 1)] };

    /// <summary>Adds a span to the queue of its scale.</summary>
    /// <returns>The span that leaves the queue; it is empty at first.</returns>
    public HeldBackSpan Exchange(int scale, in HeldBackSpan span)
    {
        var queue = MemoryMarshal.Cast<float, HeldBackSpan>(Values.AsSpan())[StartOf(scale)..StartOf(scale + 1)];
        var oldest = queue[0];
        queue[1..].CopyTo(queue);
        queue[^1] = span;
        return oldest;
    }

    /// <summary>Discards all spans.</summary>
    public void Clear() => Array.Clear(Values);

    /// <summary>
    /// Returns the number of spans of all scales below one. Spans of two windows and longer move by half of their length.
    /// </summary>
    private static int StartOf(int scale)
    {
        var start = 0;
        for (var below = 0; below < scale; below++)
            start += Math.Max(ShortestQueue, LongestQueue >> Math.Max(0, below - 1));
        return start;
    }
}

/// <summary>What the dispersion needs to know of a span.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HeldBackSpan
{
    /// <summary>The number of fields; each is a number of single precision.</summary>
    public const int Fields = 4;

    /// <summary>The amount minus the expected amount.</summary>
    public float Residual;

    /// <summary>The variance of the amount if clusters were independent, and the size, as in <see cref="SpanSums"/>.</summary>
    public float Variance, Size;

    /// <summary>The standard deviation of the expected amount itself.</summary>
    public float Uncertainty;

    public static HeldBackSpan Of(in SpanSums sums) => new()
    {
        Residual = sums.Amount - sums.Expected,
        Variance = sums.Variance,
        Size = sums.Size,
        Uncertainty = sums.Uncertainty,
    };
}
