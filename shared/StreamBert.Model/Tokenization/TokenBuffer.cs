using System.Runtime.CompilerServices;

namespace StreamBert.Model.Tokenization;

/// <summary>Reusable storage for the tokens of one text. A buffer is not thread-safe: each thread needs its own.</summary>
public sealed class TokenBuffer
{
    private int[] _ids = new int[128];
    private TokenSpan[] _offsets = new TokenSpan[128];

    /// <summary>The number of tokens.</summary>
    public int Count { get; internal set; }

    /// <summary>The token ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>The position of each token in its text.</summary>
    public ReadOnlySpan<TokenSpan> Offsets => _offsets.AsSpan(0, Count);

    /// <summary>Whether the text had more tokens than allowed and was cut at its end.</summary>
    public bool IsTruncated { get; internal set; }

    /// <inheritdoc cref="EncodedText.SecondTextStart"/>
    public int SecondTextStart { get; internal set; }

    /// <summary>Scratch memory for normalization.</summary>
    internal NormalizedText CleanedText { get; } = new();

    /// <inheritdoc cref="CleanedText"/>
    internal NormalizedText StrippedText { get; } = new();

    /// <summary>Scratch memory for the last characters of a text, of which there are too few for a vector.</summary>
    internal char[] Tail { get; } = new char[TokenizerLimits.VectorLength];

    /// <summary>Scratch memory for the bytes of a short word; long enough to read a vector from any position.</summary>
    internal byte[] WordBytes { get; } = new byte[2 * TokenizerLimits.VectorLength];

    /// <summary>Scratch memory for the hashes of the prefixes of a word.</summary>
    internal ulong[] PrefixHashes { get; } = new ulong[2 * TokenizerLimits.MaxWordLength + 1];

    /// <summary>Removes all tokens.</summary>
    public void Clear()
    {
        Count = 0;
        IsTruncated = false;
        SecondTextStart = 0;
    }

    /// <summary>Copies the tokens.</summary>
    /// <param name="unknown">The id of the unknown token, whose number is counted; null if there is none.</param>
    public EncodedText ToEncodedText(int? unknown = null) => new(Ids.ToArray(), IsTruncated)
    {
        Offsets = Offsets.ToArray(),
        SecondTextStart = SecondTextStart,
        UnknownTokens = unknown is { } id ? Ids.Count(id) : 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int id, int start, int end)
    {
        var index = Count;
        if ((uint)index >= (uint)_ids.Length || (uint)index >= (uint)_offsets.Length) Grow();
        _ids[index] = id;
        _offsets[index] = new TokenSpan(start, end);
        Count = index + 1;
    }

    internal void Add(TokenBuffer other)
    {
        for (var i = 0; i < other.Count; i++) Add(other._ids[i], other._offsets[i].Start, other._offsets[i].End);
    }

    /// <summary>
    /// Translates the offsets from the token <paramref name="first"/> on, which refer to a normalized text, to its source. The space that
    /// byte-level text begins with is excluded.
    /// </summary>
    internal void AlignOffsets(int first, NormalizedText normalized)
    {
        for (var i = first; i < Count; i++)
        {
            var (start, end) = _offsets[i];
            while (start < end - 1 && normalized.Text[start] == NormalizedText.ByteLevelSpace) start++;
            _offsets[i] = new TokenSpan(normalized.SourceStart(start), normalized.SourceEnd(end - 1));
        }
    }

    private void Grow()
    {
        Array.Resize(ref _ids, 2 * _ids.Length);
        Array.Resize(ref _offsets, 2 * _offsets.Length);
    }
}
