using System.Runtime.CompilerServices;

namespace StreamBert.Model.Tokenization;

/// <summary>Reusable storage for the tokens of one text at a time; for one thread at a time.</summary>
public sealed class TokenBuffer
{
    private int[] _ids = new int[128];
    private TokenSpan[] _offsets = new TokenSpan[128];

    public int Count { get; internal set; }
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);
    public ReadOnlySpan<TokenSpan> Offsets => _offsets.AsSpan(0, Count);

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
        if ((uint)at >= (uint)_ids.Length || (uint)at >= (uint)_offsets.Length) Grow();
        _ids[at] = id;
        _offsets[at] = new TokenSpan(start, end);
        Count = at + 1;
    }

    internal void Add(TokenBuffer other)
    {
        for (var i = 0; i < other.Count; i++) Add(other._ids[i], other._offsets[i].Start, other._offsets[i].End);
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
            var (start, end) = _offsets[i];
            while (start < end - 1 && word.Text[start] == ByteLevel.Space) start++;
            _offsets[i] = new TokenSpan(word.StartOf(start), word.EndOf(end - 1));
        }
    }

    private void Grow()
    {
        Array.Resize(ref _ids, 2 * _ids.Length);
        Array.Resize(ref _offsets, 2 * _offsets.Length);
    }
}
