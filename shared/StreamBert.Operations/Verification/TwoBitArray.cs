namespace StreamBert.Operations.Verification;

/// <summary>Stores two bits for each offset of a range; 10 million offsets take 2.5 MB.</summary>
/// <param name="from">The first offset.</param>
/// <param name="to">The offset after the last one.</param>
internal sealed class TwoBitArray(long from, long to)
{
    private const int OffsetsPerWord = 32;
    private readonly ulong[] _words = new ulong[(Math.Max(0, to - from) + OffsetsPerWord - 1) / OffsetsPerWord];

    /// <summary>The value of an offset, 0 to 3; initially 0.</summary>
    public int this[long offset]
    {
        get => (int)(_words[WordOf(offset)] >> ShiftOf(offset)) & 3;
        set => _words[WordOf(offset)] = (_words[WordOf(offset)] & ~(3UL << ShiftOf(offset))) | ((ulong)value << ShiftOf(offset));
    }

    /// <summary>Gets the offsets that have a value, in ascending order.</summary>
    public IEnumerable<long> FindOffsets(int value)
    {
        for (var offset = from; offset < to; offset++)
        {
            if (this[offset] == value)
                yield return offset;
        }
    }

    private int WordOf(long offset) => (int)((offset - from) / OffsetsPerWord);

    private int ShiftOf(long offset) => (int)((offset - from) % OffsetsPerWord) * 2;
}
