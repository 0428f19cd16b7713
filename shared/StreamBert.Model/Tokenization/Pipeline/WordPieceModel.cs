namespace StreamBert.Model.Tokenization.Pipeline;

/// <summary>
/// The model WordPiece with any prefix and word length: greedy longest match first. A pre-token with a rest that no token begins becomes
/// the unknown token.
/// </summary>
internal sealed class WordPieceModel(Vocabulary vocabulary, int unknown, string continuationPrefix, int maxWordLength) : ITokenModel
{
    private readonly int _maxTokenLength = vocabulary.Ids.Keys.Max(static token => token.Length);

    public void Append(ReadOnlySpan<char> preToken, int origin, TokenBuffer buffer)
    {
        var first = buffer.Count;
        if (!IsTooLong(preToken) && TryAppend(preToken, origin, buffer)) return;
        buffer.Count = first;
        buffer.Add(unknown, origin, origin + preToken.Length);
    }

    private bool TryAppend(ReadOnlySpan<char> preToken, int origin, TokenBuffer buffer)
    {
        for (var start = 0; start < preToken.Length;)
        {
            if (FindLongest(preToken, start, out var end) is not { } id) return false;
            buffer.Add(id, origin + start, origin + end);
            start = end;
        }

        return true;
    }

    private int? FindLongest(ReadOnlySpan<char> preToken, int start, out int end)
    {
        for (end = Math.Min(preToken.Length, start + _maxTokenLength); end > start; end--)
        {
            var id = start == 0 ? vocabulary.Find(preToken[..end]) : vocabulary.Find($"{continuationPrefix}{preToken[start..end]}");
            if (id is not null) return id;
        }

        return null;
    }

    private bool IsTooLong(ReadOnlySpan<char> preToken)
    {
        if (preToken.Length <= maxWordLength) return false;
        var count = 0;
        foreach (var _ in preToken.EnumerateRunes()) count++;
        return count > maxWordLength;
    }
}
