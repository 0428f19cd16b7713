using System.Runtime.CompilerServices;

namespace StreamBert.Model.Tokenization;

/// <summary>Reusable storage for the tokens of one text at a time; for one thread at a time.</summary>
public sealed class TokenBuffer
{
    private int[] ids = new int[128];
    private TokenSpan[] offsets = new TokenSpan[128];

    public int Count { get; internal set; }
    public ReadOnlySpan<int> Ids => ids.AsSpan(0, Count);
    public ReadOnlySpan<TokenSpan> Offsets => offsets.AsSpan(0, Count);

    /// <summary>Whether the text was longer than allowed.</summary>
    public bool Truncated { get; internal set; }

    /// <summary>As <see cref="EncodedText.SecondStart"/>.</summary>
    public int SecondStart { get; internal set; }

    /// <summary>Scratch of the tokenizer at work.</summary>
    internal NormalizedWord Cleaned { get; } = new();
    internal NormalizedWord Stripped { get; } = new();
    internal char[] Tail { get; } = new char[ShortPieces.MaxLength];
    internal byte[] Bytes { get; } = new byte[2 * ShortPieces.MaxLength];
    internal ulong[] Prefixes { get; } = new ulong[2 * WordPieceTokenizer.MaxWordLength + 1];

    public void Clear()
    {
        Count = 0;
        Truncated = false;
        SecondStart = 0;
    }

    public EncodedText ToEncodedText() => new(Ids.ToArray(), Truncated) { Offsets = Offsets.ToArray(), SecondStart = SecondStart };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int id, int start, int end)
    {
        var at = Count;
        if ((uint)at >= (uint)ids.Length || (uint)at >= (uint)offsets.Length) Grow();
        ids[at] = id;
        offsets[at] = new TokenSpan(start, end);
        Count = at + 1;
    }

    internal void Add(TokenBuffer other)
    {
        for (var i = 0; i < other.Count; i++) Add(other.ids[i], other.offsets[i].Start, other.offsets[i].End);
    }

    /// <summary>Offsets from <paramref name="first"/> on count in the characters of <paramref name="word"/>; afterwards in those of the text.</summary>
    internal void Locate(int first, NormalizedWord word)
    {
        for (var i = first; i < Count; i++) offsets[i] = new TokenSpan(word.StartOf(offsets[i].Start), word.EndOf(offsets[i].End - 1));
    }

    private void Grow()
    {
        Array.Resize(ref ids, 2 * ids.Length);
        Array.Resize(ref offsets, 2 * offsets.Length);
    }
}
