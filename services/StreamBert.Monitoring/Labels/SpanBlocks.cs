using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// The sums of a series over spans of 1, 2, 4, … windows that end with the last window. A span of scale s consists of the last two complete
/// blocks of 2^(s−1) windows, so it moves by half of its length, and the memory is two blocks per scale instead of a window each.
/// </summary>
internal sealed class SpanBlocks
{
    /// <summary>The index of the window that is expected next.</summary>
    public long Next { get; set; }

    /// <summary>The index of the first window.</summary>
    public long First { get; set; }

    /// <summary>Level → the last complete block but one, and the last.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Values { get; set; } = [];

    [JsonIgnore]
    public int Levels => Values.Length / (2 * SpanSums.Fields);

    private Span<SpanSums> Blocks => MemoryMarshal.Cast<float, SpanSums>(Values.AsSpan());

    /// <summary>Creates blocks for spans of up to 2^<paramref name="scales"/> windows.</summary>
    public static SpanBlocks Create(int scales) => new() { Values = new float[2 * SpanSums.Fields * Math.Max(1, scales)] };

    /// <summary>Adds a window; after a gap the spans start again.</summary>
    /// <returns>The largest scale whose span has moved; all smaller ones have moved too.</returns>
    public int Add(long index, in SpanSums window)
    {
        if (index != Next)
            Clear(index);
        Next = index + 1;
        var blocks = Blocks;
        var carry = window;
        for (var level = 0; level < Levels; level++)
        {
            (blocks[2 * level], blocks[2 * level + 1]) = (blocks[2 * level + 1], carry);
            if (((Next >> level) & 1) == 1)
                return level + 1;
            carry = blocks[2 * level] + blocks[2 * level + 1];
        }
        return Levels;
    }

    /// <summary>Returns the sums of the last span of a scale.</summary>
    public SpanSums At(int scale) => scale == 0 ? Blocks[1] : Blocks[2 * scale - 2] + Blocks[2 * scale - 1];

    /// <summary>Returns the sums of the later half of the last span of a scale.</summary>
    public SpanSums LaterHalf(int scale) => Blocks[scale == 0 ? 1 : 2 * scale - 1];

    /// <summary>Returns the index after the last window of a span.</summary>
    public long EndOf(int scale) => scale == 0 ? Next : Next >> (scale - 1) << (scale - 1);

    /// <summary>Whether a span of the scale lies within the windows since the beginning or the last gap.</summary>
    public bool IsComplete(int scale) => EndOf(scale) - (1L << scale) >= First;

    /// <summary>Adds a change of a window to the spans that contain it.</summary>
    /// <returns>The scales whose spans contain it.</returns>
    public List<int> Revise(long index, in SpanSums change)
    {
        List<int> scales = [];
        var blocks = Blocks;
        for (var level = 0; level < Levels; level++)
        {
            var age = (Next >> level) - 1 - (index >> level);
            if (age is not (0 or 1))
                continue;
            blocks[2 * level + 1 - (int)age] += change;
            if (level == 0 && age == 0)
                scales.Add(0);
            scales.Add(level + 1);
        }
        return scales;
    }

    /// <summary>Forgets all windows before an index.</summary>
    public void Clear(long index)
    {
        Array.Clear(Values);
        (Next, First) = (index, index);
    }
}
