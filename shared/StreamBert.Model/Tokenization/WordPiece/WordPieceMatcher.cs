using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamBert.Model.Tokenization.WordPiece;

/// <summary>
/// Splits words by greedy longest match first: the longest token that begins the rest of the word, repeatedly. A word with a rest that no
/// token begins becomes the unknown token.
/// </summary>
internal sealed class WordPieceMatcher
{
    private const string ContinuationPrefix = "##";

    private readonly TokenHashTable _initialTokens, _continuations;
    private readonly ShortTokenTable _shortInitialTokens, _shortContinuations;
    private readonly int _unknown;

    public WordPieceMatcher(IReadOnlyDictionary<string, int> vocabulary, int unknown)
    {
        _unknown = unknown;
        var initial = vocabulary.Select(static pair => (pair.Key, pair.Value)).ToList();
        var continuing = initial
            .Where(static token =>
            token.Key.Length > ContinuationPrefix.Length && token.Key.StartsWith(ContinuationPrefix, StringComparison.Ordinal))
            .Select(static token => (token.Key[ContinuationPrefix.Length..], token.Value)).ToList();
        (_initialTokens, _continuations) = (new TokenHashTable(initial), new TokenHashTable(continuing));
        (_shortInitialTokens, _shortContinuations) = (new ShortTokenTable(initial), new ShortTokenTable(continuing));
    }

    /// <summary>Appends the tokens of a normalized word of at most <see cref="TokenizerLimits.MaxWordLength"/> code points.</summary>
    /// <param name="origin">Where the word begins in its text.</param>
    public void Append(ReadOnlySpan<char> word, int origin, TokenBuffer buffer)
    {
        var first = buffer.Count;
        var prefixHashes = buffer.PrefixHashes;
        for (var i = 0; i < word.Length; i++) prefixHashes[i + 1] = TokenHashTable.Extend(prefixHashes[i], word[i]);
        for (var start = 0; start < word.Length;)
        {
            var id = FindLongest(word, prefixHashes, start, out var end);
            if (id < 0)
            {
                buffer.Count = first;
                buffer.Add(_unknown, origin, origin + word.Length);
                return;
            }

            buffer.Add(id, origin + start, origin + end);
            start = end;
        }
    }

    /// <summary>
    /// Appends the tokens of a word of fewer than 16 ASCII letters and digits: the first <paramref name="length"/> bytes of the vector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(Vector128<byte> letters, int length, int origin, TokenBuffer buffer)
    {
        var id = _shortInitialTokens.Find(ShortTokenTable.Truncate(letters, length));
        if (id >= 0) buffer.Add(id, origin, origin + length);
        else AppendParts(letters, length, origin, buffer);
    }

    private void AppendParts(Vector128<byte> letters, int length, int origin, TokenBuffer buffer)
    {
        var first = buffer.Count;
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(
            buffer.WordBytes); // 32 bytes: a vector can be read from any position of the word
        letters.StoreUnsafe(ref bytes);
        for (var start = 0; start < length;)
        {
            var rest = Vector128.LoadUnsafe(ref bytes, (nuint)start);
            var (table, longest) = start == 0 ? (_shortInitialTokens, length - 1) : (_shortContinuations, length - start);
            var id = -1;
            for (; longest > 0 && id < 0; longest--) id = table.Find(ShortTokenTable.Truncate(rest, longest));
            if (id < 0)
            {
                buffer.Count = first;
                buffer.Add(_unknown, origin, origin + length);
                return;
            }

            buffer.Add(id, origin + start, origin + (start += longest + 1));
        }
    }

    private int FindLongest(ReadOnlySpan<char> word, ulong[] prefixHashes, int start, out int end)
    {
        var table = start == 0 ? _initialTokens : _continuations;
        for (end = Math.Min(word.Length, start + table.MaxLength); end > start; end--)
        {
            var id = table.Find(TokenHashTable.HashRange(prefixHashes[start], prefixHashes[end], end - start), word[start..end]);
            if (id >= 0) return id;
        }

        return -1;
    }
}
