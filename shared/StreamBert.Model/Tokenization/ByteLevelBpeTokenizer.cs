using System.Collections.Concurrent;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>What a package says about its byte pairs.</summary>
internal sealed record ByteLevelBpeOptions
{
    /// <summary>Whether the first word is written as if a space stood before it.</summary>
    public bool AddPrefixSpace { get; init; }
    public SpecialNames Names { get; init; } = SpecialNames.Roberta;

    /// <summary>The ids that frame a text; null: those of the names.</summary>
    public SpecialTokens? Special { get; init; }
    public BytePairOptions Pairs { get; init; } = new();

    /// <summary>Whether the special tokens are found in texts without being among the added ones.</summary>
    public bool Written { get; init; } = true;
    public IReadOnlyList<AddedToken> Added { get; init; } = [];
    public int? MaxLength { get; init; }
}

/// <summary>
/// RoBERTa's byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019; Hugging Face's Rust tokenizers are the reference).
/// Words once
/// merged are remembered, so that running text allocates nothing. <see cref="TokenizerPipeline"/> reads everything else.
/// </summary>
internal sealed class ByteLevelBpeTokenizer : ITextTokenizer
{
    private const int RememberedWords = 1 << 16, LongestRemembered = 64;

    private readonly Vocabulary _vocabulary;
    private readonly BytePairs _merger;
    private readonly Literals _literals;
    private readonly bool _addPrefixSpace;
    private readonly ConcurrentDictionary<string, Piece[]> _remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Piece[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _room = RememberedWords;

    /// <exception cref="ModelPackageException">A merge names what is no token, or a special token is absent.</exception>
    public ByteLevelBpeTokenizer(
        Vocabulary vocabulary,
        IReadOnlyList<(string Left, string Right)> merges,
        string source,
        ByteLevelBpeOptions options)
    {
        this._vocabulary = vocabulary;
        Special = options.Special ?? vocabulary.Specials(options.Names, doubleSeparator: true);
        MaxLength = options.MaxLength;
        _addPrefixSpace = options.AddPrefixSpace;
        var written = (options.Written ? options.Names.All : []).Where(vocabulary.Ids.ContainsKey)
            .Select(name => new AddedToken(name, vocabulary.Require(name), StripsLeft: name == options.Names.Mask));
        _literals = new Literals(options.Added.Concat(written));
        _lookup = _remembered.GetAlternateLookup<ReadOnlySpan<char>>();
        _merger = new BytePairs(vocabulary, merges, source, options.Pairs);
    }

    public SpecialTokens Special { get; }
    public int VocabularySize => _vocabulary.Size;
    public int? MaxLength { get; }

    public string TokenOf(int id) => _vocabulary.TokenOf(id);

    public bool Append(ReadOnlySpan<char> text, int limit, TokenBuffer into)
    {
        var most = into.Count + limit;
        var scan = _literals.In(text);
        for (var at = 0; ;)
        {
            var literal = scan.Next(at);
            if (_addPrefixSpace && literal.Start > at && text[at] != ' ') AppendPrefixed(text[at..literal.Start], at, most, into);
            else AppendWords(text[at..literal.Start], at, most, into);
            if (literal.Token is { } token && into.Count <= most) into.Add(token.Id, literal.Place.Start, literal.Place.End);
            if (into.Count > most)
            {
                into.Count = most;
                return true;
            }

            if (literal.Token is null) return false;
            at = literal.End;
        }
    }

    /// <summary>A stretch with a space before it; the space has no place in the text.</summary>
    private void AppendPrefixed(ReadOnlySpan<char> text, int start, int most, TokenBuffer into)
    {
        var prefixed = into.Cleaned;
        prefixed.Clear();
        prefixed.Add(' ', default);
        prefixed.Add(text, default);
        AppendWords(prefixed.Text, start - 1, most, into);
    }

    private void AppendWords(ReadOnlySpan<char> text, int origin, int most, TokenBuffer into)
    {
        for (var at = 0; at < text.Length && into.Count <= most;)
        {
            var end = ByteLevel.WordEnd(text, at);
            foreach (var piece in Pieces(text[at..end]))
                into.Add(piece.Id, Math.Max(0, origin + at + piece.Start), Math.Max(0, origin + at + piece.End));
            at = end;
        }
    }

    private Piece[] Pieces(ReadOnlySpan<char> word)
    {
        if (_lookup.TryGetValue(word, out var known)) return known;
        var pieces = Merge(word);
        if (word.Length <= LongestRemembered && Interlocked.Decrement(ref _room) >= 0) _lookup.TryAdd(word, pieces);
        return pieces;
    }

    /// <summary>
    /// A token's place is that of the characters its bytes belong to, without the white space it begins with (as Hugging Face trims
    /// offsets).
    /// </summary>
    private Piece[] Merge(ReadOnlySpan<char> word)
    {
        var characters = CharactersOfBytes(word);
        var tokens = _merger.Merge(ByteLevel.Write(word));
        var pieces = new Piece[tokens.Count];
        for (var i = 0; i < pieces.Length; i++)
        {
            var (start, end) = (characters[tokens[i].Start].Start, characters[tokens[i].End - 1].End);
            while (start < end && ByteLevel.IsSpace(word[start])) start++;
            pieces[i] = new Piece(tokens[i].Id, start, end);
        }

        return pieces;
    }

    private static List<TokenSpan> CharactersOfBytes(ReadOnlySpan<char> word)
    {
        var spans = new List<TokenSpan>(word.Length);
        for (int at = 0, length; at < word.Length; at += length)
        {
            Rune.DecodeFromUtf16(word[at..], out var rune, out length);
            spans.AddRange(Enumerable.Repeat(new TokenSpan(at, at + length), rune.Utf8SequenceLength));
        }

        return spans;
    }

    /// <summary>A token of a word: its id and its place in the word.</summary>
    private readonly record struct Piece(int Id, int Start, int End);
}
