using System.Collections.Concurrent;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace StreamBert.Model.Tokenization;

/// <summary>What a package says about its byte pairs.</summary>
internal sealed record ByteLevelBpeOptions
{
    /// <summary>Whether the first word is written as if a space stood before it.</summary>
    public bool AddPrefixSpace { get; init; }
    public SpecialNames Names { get; init; } = SpecialNames.Roberta;
    public IReadOnlyList<AddedToken> Added { get; init; } = [];
    public int? MaxLength { get; init; }
}

/// <summary>
/// RoBERTa's byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019; Hugging Face's Python RobertaTokenizer is the reference).
/// The merging is Microsoft.ML.Tokenizers'. Splitting into words, the letters for bytes, literal special tokens and offsets are done here:
/// its pre-tokenizer is a regular expression over UTF-16, which takes letters beyond U+FFFF for signs, and its offsets count characters
/// of the byte-level text. Words once merged are remembered, so that running text allocates nothing.
/// </summary>
internal sealed class ByteLevelBpeTokenizer : ITextTokenizer
{
    private const int RememberedWords = 1 << 16, LongestRemembered = 64;

    /// <summary>The time of merging grows with the square of a word's length; longer than any word, and than most rules made of one sign.</summary>
    private const int LongestMerged = 1024;
    private readonly Vocabulary vocabulary;
    private readonly BpeTokenizer merger;
    private readonly Literals literals;
    private readonly bool addPrefixSpace;
    private readonly int unknown;
    private readonly ConcurrentDictionary<string, Piece[]> remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Piece[]>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private int room = RememberedWords;

    /// <exception cref="ModelPackageException">A merge names what is no token, or a special token is absent.</exception>
    public ByteLevelBpeTokenizer(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, string source, ByteLevelBpeOptions options)
    {
        this.vocabulary = vocabulary;
        unknown = vocabulary.Require(options.Names.Unknown);
        Special = vocabulary.Specials(options.Names, doubleSeparator: true);
        MaxLength = options.MaxLength;
        addPrefixSpace = options.AddPrefixSpace;
        var written = options.Names.All.Where(vocabulary.Ids.ContainsKey)
            .Select(name => new AddedToken(name, vocabulary.Require(name), StripsLeft: name == options.Names.Mask));
        literals = new Literals(options.Added.Concat(written), lowercase: false, url: null);
        lookup = remembered.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (left, right) in merges)
            if (vocabulary.Find(left) is null || vocabulary.Find(right) is null || vocabulary.Find(left + right) is null)
                throw new ModelPackageException($"{source}: the merge '{left} {right}' joins or makes a token that the vocabulary lacks.");
        merger = BpeTokenizer.Create(new BpeOptions(vocabulary.Ids)
        {
            Merges = merges.Select(merge => $"{merge.Left} {merge.Right}"),
            UnknownToken = options.Names.Unknown,
        });
    }

    public SpecialTokens Special { get; }
    public int VocabularySize => vocabulary.Size;
    public int? MaxLength { get; }

    public string TokenOf(int id) => vocabulary.TokenOf(id);

    public bool Append(ReadOnlySpan<char> text, int limit, TokenBuffer into)
    {
        var most = into.Count + limit;
        var scan = literals.In(text);
        AddedToken? previous = null;
        for (var at = 0; ;)
        {
            var literal = scan.Next(at);
            var (start, end) = (at, literal.Start);
            while (literal.Token is { StripsLeft: true } && end > start && ByteLevel.IsStripped(text[end - 1])) end--;
            while (previous is { StripsRight: true } && start < end && ByteLevel.IsStripped(text[start])) start++;
            if (NeedsPrefix(text, at, literal)) AppendPrefixed(text[..end], most, into);
            else AppendWords(text[start..end], start, most, into);
            if (literal.Token is { } token && into.Count <= most) into.Add(token.Id, literal.Start, literal.End);
            if (into.Count > most)
            {
                into.Count = most;
                return true;
            }

            if (literal.Token is null) return false;
            (at, previous) = (literal.End, literal.Token);
        }
    }

    private bool NeedsPrefix(ReadOnlySpan<char> text, int at, Literal next) =>
        addPrefixSpace && at == 0 && text.Length > 0 && !ByteLevel.IsStripped(text[0]) && next is not { Start: 0, Token.StripsLeft: true };

    /// <summary>The text with a space before it; the space has no place in the text.</summary>
    private void AppendPrefixed(ReadOnlySpan<char> text, int most, TokenBuffer into)
    {
        var prefixed = into.Cleaned;
        prefixed.Clear();
        prefixed.Add(' ', default);
        prefixed.Add(text, default);
        AppendWords(prefixed.Text, -1, most, into);
    }

    private void AppendWords(ReadOnlySpan<char> text, int origin, int most, TokenBuffer into)
    {
        for (var at = 0; at < text.Length && into.Count <= most;)
        {
            var end = ByteLevel.WordEnd(text[..Reach(text, at)], at);
            foreach (var piece in Pieces(text[at..end]))
                into.Add(piece.Id, Math.Max(0, origin + at + piece.Start), Math.Max(0, origin + at + piece.End));
            at = end;
        }
    }

    /// <summary>How far a word that begins here may go, without parting a surrogate pair.</summary>
    private static int Reach(ReadOnlySpan<char> text, int at) =>
        text.Length - at <= LongestMerged ? text.Length : at + LongestMerged - (char.IsHighSurrogate(text[at + LongestMerged - 1]) ? 1 : 0);

    private Piece[] Pieces(ReadOnlySpan<char> word)
    {
        if (lookup.TryGetValue(word, out var known)) return known;
        var pieces = Merge(word);
        if (word.Length <= LongestRemembered && Interlocked.Decrement(ref room) >= 0) lookup.TryAdd(word, pieces);
        return pieces;
    }

    /// <summary>A token's place is that of the characters its bytes belong to, without the white space it begins with (as Hugging Face trims offsets).</summary>
    private Piece[] Merge(ReadOnlySpan<char> word)
    {
        var characters = CharactersOfBytes(word);
        var tokens = merger.EncodeToTokens(ByteLevel.Write(word), out _, considerPreTokenization: false, considerNormalization: false);
        var pieces = new Piece[tokens.Count];
        for (var i = 0; i < pieces.Length; i++)
        {
            var (start, end) = (characters[tokens[i].Offset.Start.Value].Start, characters[tokens[i].Offset.End.Value - 1].End);
            while (start < end && ByteLevel.IsSpace(word[start])) start++;
            pieces[i] = new Piece(tokens[i].Value == merger.UnknownToken ? unknown : tokens[i].Id, start, end);
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
