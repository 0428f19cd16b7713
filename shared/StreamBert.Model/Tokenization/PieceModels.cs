using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// Word pieces with any prefix and any limit: the longest that fits, again and again; a piece of which something remains is unknown.
/// </summary>
internal sealed class AnyWordPieces(Vocabulary vocabulary, int unknown, string prefix, int maxCharacters) : IPieceModel
{
    private readonly int _longest = vocabulary.Ids.Keys.Max(static token => token.Length);

    public void Append(ReadOnlySpan<char> piece, int origin, TokenBuffer into)
    {
        var first = into.Count;
        if (IsTooLong(piece) || !TryAppend(piece, origin, into))
        {
            into.Count = first;
            into.Add(unknown, origin, origin + piece.Length);
        }
    }

    private bool TryAppend(ReadOnlySpan<char> piece, int origin, TokenBuffer into)
    {
        for (var start = 0; start < piece.Length;)
        {
            var end = Math.Min(piece.Length, start + _longest);
            int? id = null;
            for (; end > start; end--)
                if ((id = start == 0 ? vocabulary.Find(piece[..end]) : vocabulary.Find($"{prefix}{piece[start..end]}")) is not null) break;
            if (id is null) return false;
            into.Add(id.Value, origin + start, origin + end);
            start = end;
        }

        return true;
    }

    private bool IsTooLong(ReadOnlySpan<char> piece)
    {
        if (piece.Length <= maxCharacters) return false;
        var count = 0;
        foreach (var _ in piece.EnumerateRunes()) count++;
        return count > maxCharacters;
    }
}

/// <summary>A piece is one token, or unknown.</summary>
internal sealed class WholePieces(Vocabulary vocabulary, int unknown) : IPieceModel
{
    public void Append(ReadOnlySpan<char> piece, int origin, TokenBuffer into) =>
        into.Add(vocabulary.Find(piece) ?? unknown, origin, origin + piece.Length);
}
