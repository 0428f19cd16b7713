using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// Cuts words into the longest pieces that fit, again and again; a word of which something remains that no piece fits is unknown.
/// </summary>
internal sealed class WordPieces
{
    private readonly PieceTable _beginnings, _continuations;
    private readonly ShortPieces _shortBeginnings, _shortContinuations;
    private readonly int _unknown;

    public WordPieces(IReadOnlyDictionary<string, int> vocabulary, int unknown)
    {
        this._unknown = unknown;
        var first = vocabulary.Select(static pair => (pair.Key, pair.Value)).ToList();
        var further = first.Where(static piece => piece.Key.Length > 2 && piece.Key.StartsWith("##", StringComparison.Ordinal))
            .Select(static piece => (piece.Key[2..], piece.Value))
            .ToList();
        (_beginnings, _continuations) = (new PieceTable(first), new PieceTable(further));
        (_shortBeginnings, _shortContinuations) = (new ShortPieces(first), new ShortPieces(further));
    }

    /// <summary>
    /// A normalized word of at most <see cref="WordPieceTokenizer.MaxWordLength"/> code points that stands at <paramref name="origin"/>.
    /// </summary>
    public void Append(ReadOnlySpan<char> word, int origin, TokenBuffer into)
    {
        var first = into.Count;
        var prefixes = into.Prefixes;
        for (var i = 0; i < word.Length; i++) prefixes[i + 1] = PieceTable.Step(prefixes[i], word[i]);
        for (var start = 0; start < word.Length;)
        {
            var id = Longest(word, prefixes, start, out var end);
            if (id < 0)
            {
                into.Count = first;
                into.Add(_unknown, origin, origin + word.Length);
                return;
            }

            into.Add(id, origin + start, origin + end);
            start = end;
        }
    }

    /// <summary>
    /// The same for a word of fewer than 16 ASCII letters and digits: <paramref name="length"/> bytes of <paramref name="letters"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(Vector128<byte> letters, int length, int origin, TokenBuffer into)
    {
        var id = _shortBeginnings.Find(ShortPieces.First(letters, length));
        if (id >= 0) into.Add(id, origin, origin + length);
        else AppendParts(letters, length, origin, into);
    }

    private void AppendParts(Vector128<byte> letters, int length, int origin, TokenBuffer into)
    {
        var first = into.Count;
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(into.Bytes); // 32 of them: a vector can be read from any start
        letters.StoreUnsafe(ref bytes);
        for (var start = 0; start < length;)
        {
            var rest = Vector128.LoadUnsafe(ref bytes, (nuint)start);
            var (table, longest) = start == 0 ? (_shortBeginnings, length - 1) : (_shortContinuations, length - start);
            var id = -1;
            for (; longest > 0 && id < 0; longest--) id = table.Find(ShortPieces.First(rest, longest));
            if (id < 0)
            {
                into.Count = first;
                into.Add(_unknown, origin, origin + length);
                return;
            }

            into.Add(id, origin + start, origin + (start += longest + 1));
        }
    }

    private int Longest(ReadOnlySpan<char> word, ulong[] prefixes, int start, out int end)
    {
        var table = start == 0 ? _beginnings : _continuations;
        for (end = Math.Min(word.Length, start + table.Longest); end > start; end--)
        {
            var id = table.Find(PieceTable.Part(prefixes[start], prefixes[end], end - start), word[start..end]);
            if (id >= 0) return id;
        }

        return -1;
    }
}
