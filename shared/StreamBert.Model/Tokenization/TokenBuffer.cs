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
    internal NormalizedText Cleaned { get; } = new();
    internal NormalizedText Stripped { get; } = new();
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

    /// <summary>
    /// Offsets from <paramref name="first"/> on count in the characters of <paramref name="word"/>; afterwards in those of the text,
    /// without a space that
    /// byte-level text begins with.
    /// </summary>
    internal void Locate(int first, NormalizedText word)
    {
        for (var i = first; i < Count; i++)
        {
            var (start, end) = offsets[i];
            while (start < end - 1 && word.Text[start] == ByteLevel.Space) start++;
            offsets[i] = new TokenSpan(word.StartOf(start), word.EndOf(end - 1));
        }
    }

    private void Grow()
    {
        Array.Resize(ref ids, 2 * ids.Length);
        Array.Resize(ref offsets, 2 * offsets.Length);
    }
}
