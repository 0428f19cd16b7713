using System.Collections.Concurrent;
using System.Text;

namespace StreamBert.Model.Tokenization.BytePair;

/// <summary>
/// RoBERTa's byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019; Hugging Face's Rust tokenizers are the reference).
/// The tokens of a word are cached, so that running text allocates nothing. <c>TokenizerPipeline</c> handles all other compositions.
/// </summary>
internal sealed class ByteLevelBpeTokenizer : TextTokenizer
{
    private const int MaxCachedWords = 1 << 16, MaxCachedWordLength = 64;

    private readonly BytePairModel _model;
    private readonly bool _addPrefixSpace;
    private readonly ConcurrentDictionary<string, WordToken[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WordToken[]>.AlternateLookup<ReadOnlySpan<char>> _cacheLookup;
    private int _remainingCacheEntries = MaxCachedWords;

    /// <param name="source">The file of the merges, for error messages.</param>
    /// <exception cref="ModelPackageException">The vocabulary lacks a token of a merge, or a special token.</exception>
    public ByteLevelBpeTokenizer(
        Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, string source, ByteLevelBpeOptions options)
        : base(vocabulary, CreateAddedTokens(vocabulary, options), GetSpecialTokens(vocabulary, options), options.MaxLength)
    {
        _addPrefixSpace = options.AddPrefixSpace;
        _cacheLookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        _model = new BytePairModel(vocabulary, merges, source, options.Model);
    }

    private protected override void AppendSegment(ReadOnlySpan<char> text, int start, int maxCount, TokenBuffer buffer)
    {
        if (_addPrefixSpace && text[start] != ' ') AppendPrefixed(text[start..], start, maxCount, buffer);
        else AppendWords(text[start..], start, maxCount, buffer);
    }

    private static AddedTokenMatcher CreateAddedTokens(Vocabulary vocabulary, ByteLevelBpeOptions options) =>
        new(options.AddedTokens
            .Concat(options.MatchesSpecialTokens ? vocabulary.FindSpecialTokens(options.Names, maskStripsLeft: true) : []));

    private static SpecialTokens GetSpecialTokens(Vocabulary vocabulary, ByteLevelBpeOptions options) =>
        options.SpecialTokens ?? vocabulary.GetSpecialTokens(options.Names, doubleSeparator: true);

    /// <summary>Appends the tokens of a segment with a space before it; the space has no position in the text.</summary>
    private void AppendPrefixed(ReadOnlySpan<char> segment, int start, int maxCount, TokenBuffer buffer)
    {
        var prefixed = buffer.CleanedText;
        prefixed.Clear();
        prefixed.Add(' ', default);
        prefixed.Add(segment, default);
        AppendWords(prefixed.Text, start - 1, maxCount, buffer);
    }

    private void AppendWords(ReadOnlySpan<char> segment, int origin, int maxCount, TokenBuffer buffer)
    {
        for (var position = 0; position < segment.Length && buffer.Count <= maxCount;)
        {
            var end = ByteLevel.FindWordEnd(segment, position);
            foreach (var token in GetTokens(segment[position..end]))
                buffer.Add(token.Id, Math.Max(0, origin + position + token.Start), Math.Max(0, origin + position + token.End));
            position = end;
        }
    }

    private WordToken[] GetTokens(ReadOnlySpan<char> word)
    {
        if (_cacheLookup.TryGetValue(word, out var cached)) return cached;
        var tokens = Tokenize(word);
        if (word.Length <= MaxCachedWordLength && Interlocked.Decrement(ref _remainingCacheEntries) >= 0) _cacheLookup.TryAdd(word, tokens);
        return tokens;
    }

    /// <summary>
    /// Tokenizes a word. The position of a token is that of the characters that its bytes belong to, without leading white space (as
    /// Hugging Face trims offsets).
    /// </summary>
    private WordToken[] Tokenize(ReadOnlySpan<char> word)
    {
        var characters = GetCharactersOfBytes(word);
        var encoded = _model.Encode(ByteLevel.Encode(word));
        var tokens = new WordToken[encoded.Count];
        for (var i = 0; i < tokens.Length; i++)
        {
            var (start, end) = (characters[encoded[i].Start].Start, characters[encoded[i].End - 1].End);
            while (start < end && char.IsWhiteSpace(word[start])) start++;
            tokens[i] = new WordToken(encoded[i].Id, start, end);
        }

        return tokens;
    }

    private static List<TokenSpan> GetCharactersOfBytes(ReadOnlySpan<char> word)
    {
        var spans = new List<TokenSpan>(word.Length);
        for (int position = 0, length; position < word.Length; position += length)
        {
            Rune.DecodeFromUtf16(word[position..], out var rune, out length);
            spans.AddRange(Enumerable.Repeat(new TokenSpan(position, position + length), rune.Utf8SequenceLength));
        }

        return spans;
    }

    /// <summary>A token of a word with its position in the word.</summary>
    private readonly record struct WordToken(int Id, int Start, int End);
}
