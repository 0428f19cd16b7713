using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// The sums of the last windows of a series, each by itself in a ring: together they are a hopping window of exactly the length that a rule
/// states, which hops by one window of the pipeline.
/// </summary>
internal sealed class HoppingWindow
{
    /// <summary>The index of the window that is expected next.</summary>
    public long Next { get; set; }

    /// <summary>The index of the first complete window since the beginning or the last gap.</summary>
    public long First { get; set; }

    /// <summary>The sums of a window at its index modulo the number of windows.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Values { get; set; } = [];

    /// <summary>The number of windows.</summary>
    [JsonIgnore]
    public int Length => Values.Length / SpanSums.Fields;

    private Span<SpanSums> Ring => MemoryMarshal.Cast<float, SpanSums>(Values.AsSpan());

    public static HoppingWindow Create(int windows) => new() { Values = new float[SpanSums.Fields * windows] };

    /// <summary>Returns the shortest scale of spans that are at least as long as a number of windows.</summary>
    public static int ScaleOf(int windows) => BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, windows)));

    /// <summary>Adds a window in place of the oldest; after a gap the ring starts again.</summary>
    /// <param name="index">The index of the window.</param>
    /// <param name="window">Its sums.</param>
    /// <param name="isPartial">Whether the stream began within the window.</param>
    public void Add(long index, in SpanSums window, bool isPartial)
    {
        if (index != Next)
            Clear(index);
        Next = index + 1;
        if (isPartial)
            First = Next;
        Ring[(int)(index % Length)] = window;
    }

    /// <summary>Adds a change of a window, unless it has left the ring.</summary>
    /// <returns>Whether the ring contains the window.</returns>
    public bool Revise(long index, in SpanSums change)
    {
        if (index >= Next || index < Next - Length)
            return false;
        Ring[(int)(index % Length)] += change;
        return true;
    }

    /// <summary>Returns the sums of all windows, and of the later half of them.</summary>
    public JudgedSpan ToSpan()
    {
        SpanSums sums = default, later = default;
        for (var age = 0; age < Length; age++)
        {
            sums += Ring[(int)((Next + Length - 1 - age) % Length)];
            if (age < (Length + 1) / 2)
                later = sums;
        }
        return new(sums, later, ScaleOf(Length), Length, Next) { IsComplete = Next - First >= Length };
    }

    /// <summary>Forgets all windows before an index.</summary>
    public void Clear(long index)
    {
        Array.Clear(Values);
        (Next, First) = (index, index);
    }
}
