namespace StreamBert.Operations.Verification;

/// <summary>Two bits for each offset from <paramref name="from"/> to below <paramref name="to"/>: 10 million offsets take 2.5 MB.</summary>
internal sealed class PairsOfBits(long from, long to)
{
    private const int PerWord = 32;
    private readonly ulong[] _words = new ulong[(Math.Max(0, to - from) + PerWord - 1) / PerWord];

    /// <summary>0 to 3; all are 0 at first.</summary>
    public int this[long offset]
    {
        get => (int)(_words[Word(offset)] >> Shift(offset)) & 3;
        set => _words[Word(offset)] = (_words[Word(offset)] & ~(3UL << Shift(offset))) | ((ulong)value << Shift(offset));
    }

    /// <summary>The offsets of the given value, in order.</summary>
    public IEnumerable<long> Where(int value)
    {
        for (var offset = from; offset < to; offset++)
        {
            if (this[offset] == value)
                yield return offset;
        }
    }

    private int Word(long offset) => (int)((offset - from) / PerWord);

    private int Shift(long offset) => (int)((offset - from) % PerWord) * 2;
}
