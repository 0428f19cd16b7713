using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamBert.Model.Tokenization;

/// <summary>What a package says about its word pieces; the defaults are those of Hugging Face's BertTokenizer.</summary>
internal sealed record WordPieceOptions
{
    public bool Lowercase { get; init; } = true;

    /// <summary>Null: where the text is lower-cased.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>Whether every CJK ideograph is a word of its own.</summary>
    public bool SplitChinese { get; init; } = true;

    /// <summary>Words between white space that are looked up as they are.</summary>
    public IReadOnlyList<string> NeverSplit { get; init; } = [];

    /// <summary>Whether a web address becomes the one token [URL].</summary>
    public bool CollapseUrls { get; init; }

    public SpecialNames Names { get; init; } = SpecialNames.Bert;

    /// <summary>The ids that frame a text; null: those of the names.</summary>
    public SpecialTokens? Special { get; init; }

    /// <summary>Whether the special tokens are found in texts without being among the added ones.</summary>
    public bool Written { get; init; } = true;
    public IReadOnlyList<AddedToken> Added { get; init; } = [];
    public int? MaxLength { get; init; }
}

/// <summary>
/// BERT's tokenizer: cleaning, optional lower-casing and accent stripping, splitting at white space, punctuation and CJK, then greedy
/// longest-match word pieces (Devlin et al. 2018; Hugging Face's Rust tokenizers are the reference). Plain text is cut where it stands;
/// a stretch that holds anything else is normalized first, with a map back to the text. <see cref="TokenizerPipeline"/> reads everything
/// else.
/// </summary>
internal sealed class WordPieceTokenizer : ITextTokenizer
{
    /// <summary>A word of more code points is unknown as a whole.</summary>
    public const int MaxWordLength = 100;

    /// <summary>ASCII, and the quotes, dashes and spaces that typography puts between ASCII.</summary>
    private const int PlainCharacters = 0x2060;

    private readonly Vocabulary _vocabulary;
    private readonly WordPieces _pieces;
    private readonly WordNormalizer _normalizer;
    private readonly Literals _literals;
    private readonly PlainClass[] _plain;
    private readonly int[] _punctuation;
    private readonly Vector128<byte> _caseBit;
    private readonly int _unknown;

    public WordPieceTokenizer(IReadOnlyList<string> pieces, bool lowercase, bool collapseUrls)
        : this(Vocabulary.OfLines(pieces, "vocabulary"), new WordPieceOptions { Lowercase = lowercase, CollapseUrls = collapseUrls })
    {
    }

    /// <exception cref="ModelPackageException">The vocabulary lacks a special token.</exception>
    public WordPieceTokenizer(Vocabulary vocabulary, WordPieceOptions options)
    {
        this._vocabulary = vocabulary;
        _unknown = vocabulary.Require(options.Names.Unknown);
        Special = options.Special ?? vocabulary.Specials(options.Names, doubleSeparator: false);
        MaxLength = options.MaxLength;
        Lowercase = options.Lowercase;
        var written = (options.Written ? options.Names.All : []).Where(vocabulary.Ids.ContainsKey)
            .Select(name => new AddedToken(name, vocabulary.Require(name)));
        _literals = new Literals(
            options.Added.Concat(written),
            options.CollapseUrls ? new AddedToken("[URL]", vocabulary.Require("[URL]")) : null);
        _normalizer = new WordNormalizer(options);
        _pieces = new WordPieces(vocabulary.Ids, _unknown);
        _plain = [.. Enumerable.Range(0, PlainCharacters).Select(code => ClassOf(code, splitsAlways: options.NeverSplit.Count == 0))];
        _punctuation = [.. Enumerable.Range(0, PlainCharacters).Select(code => vocabulary.Find([(char)code]) ?? _unknown)];
        _caseBit = options.Lowercase ? Vector128.Create((byte)0x20) : Vector128<byte>.Zero;
    }

    /// <summary>What can be done with a character where it stands.</summary>
    private enum PlainClass : byte
    {
        /// <summary>Nothing: its stretch must be normalized.</summary>
        NotPlain,
        White,
        Punctuation,
        Letter,
    }

    public SpecialTokens Special { get; }
    public int VocabularySize => _vocabulary.Size;
    public int? MaxLength { get; }

    /// <summary>Whether capitals count for nothing.</summary>
    public bool Lowercase { get; }

    public string TokenOf(int id) => _vocabulary.TokenOf(id);

    public bool Append(ReadOnlySpan<char> text, int limit, TokenBuffer into)
    {
        var most = into.Count + limit;
        var scan = _literals.In(text);
        for (var at = 0; ;)
        {
            var literal = scan.Next(at);
            AppendWords(text[..literal.Start], at, most, into);
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

    /// <summary>The words before they are cut into pieces; literal tokens stay whole. For learning a vocabulary: it allocates.</summary>
    public IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var buffer = new TokenBuffer();
        var scan = _literals.In(text);
        for (var at = 0; ;)
        {
            var literal = scan.Next(at);
            while (at < literal.Start)
            {
                var stretch = _normalizer.Next(text.AsSpan(0, literal.Start), ref at, buffer, out var whole).Text;
                if (whole) words.Add(stretch.ToString());
                for (var from = 0; !whole && WordNormalizer.NextWord(stretch, ref from, out var start);)
                {
                    words.Add(
                    stretch[start..from].ToString());
                }
            }

            if (literal.Token is not { } token) return words;
            words.Add(token.Text);
            at = literal.End;
        }
    }

    /// <summary>
    /// Plain characters between white space are cut in place. Where something else turns up, what was cut of its stretch is taken back and
    /// the stretch
    /// normalized. Stops early once there are more than <paramref name="most"/> tokens.
    /// </summary>
    private void AppendWords(ReadOnlySpan<char> text, int at, int most, TokenBuffer into)
    {
        var (stretch, before) = (at, into.Count);
        while (at < text.Length && into.Count <= most)
        {
            switch (ClassAt(text, at))
            {
                case PlainClass.White:
                    (stretch, before) = (++at, into.Count);
                    break;
                case PlainClass.Punctuation:
                    into.Add(_punctuation[text[at]], at, ++at);
                    break;
                case PlainClass.Letter when TryAppendLetters(text, ref at, into):
                    break;
                default:
                    (at, into.Count) = (stretch, before);
                    AppendNormalized(text, ref at, into);
                    (stretch, before) = (at, into.Count);
                    break;
            }
        }
    }

    /// <summary>A word of letters and digits, sixteen characters at once; false if it is longer or what follows is not plain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAppendLetters(ReadOnlySpan<char> text, ref int at, TokenBuffer into)
    {
        var characters = Load(text[at..], into);
        var letters = characters | _caseBit & Vector128.LessThan(characters - Vector128.Create((byte)'A'), Vector128.Create((byte)26));
        var inWord = Vector128.LessThan(
            (characters | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'),
            Vector128.Create((byte)26))
            | Vector128.LessThan(characters - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
        var length = BitOperations.TrailingZeroCount(~inWord.ExtractMostSignificantBits());
        if (length >= ShortPieces.MaxLength) return false;
        var end = at + length;
        if (end < text.Length && ClassAt(text, end) == PlainClass.NotPlain) return false;
        _pieces.Append(letters, length, at, into);
        at = end;
        return true;
    }

    /// <summary>The next sixteen characters as bytes, what is no byte as 255, zeros behind the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ReadOnlySpan<char> text, TokenBuffer scratch)
    {
        if (text.Length < ShortPieces.MaxLength)
        {
            var tail = scratch.Tail.AsSpan();
            tail.Clear();
            text.CopyTo(tail);
            text = tail;
        }

        ref var first = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        return Vector128.NarrowWithSaturation(Vector128.LoadUnsafe(ref first), Vector128.LoadUnsafe(ref first, 8));
    }

    private PlainClass ClassAt(ReadOnlySpan<char> text, int at)
    {
        var (table, character) = (_plain, text[at]);
        return character < table.Length ? table[character] : PlainClass.NotPlain;
    }

    /// <summary>The next stretch without white space, whatever it holds.</summary>
    private void AppendNormalized(ReadOnlySpan<char> text, ref int at, TokenBuffer into)
    {
        var first = into.Count;
        var stretch = _normalizer.Next(text, ref at, into, out var whole);
        if (whole) into.Add(_vocabulary.Find(stretch.Text) ?? _unknown, 0, stretch.Length);
        for (var from = 0; !whole && WordNormalizer.NextWord(stretch.Text, ref from, out var start);)
        {
            var word = stretch.Text[start..from];
            if (CodePoints(word) > MaxWordLength) into.Add(_unknown, start, from);
            else _pieces.Append(word, start, into);
        }

        into.Locate(first, stretch);
    }

    private static int CodePoints(ReadOnlySpan<char> word)
    {
        var count = word.Length;
        foreach (var unit in word)
            if (char.IsLowSurrogate(unit)) count--;
        return count;
    }

    /// <param name="splitsAlways">False where some words are never split: then every stretch must be compared with them.</param>
    private static PlainClass ClassOf(int code, bool splitsAlways) => Characters.ClassOf(code) switch
    {
        CharacterClass.White => PlainClass.White,
        CharacterClass.Punctuation when splitsAlways && !UnicodeNormalization.Changes(code) => PlainClass.Punctuation,
        CharacterClass.Other when splitsAlways && code < 128 => PlainClass.Letter,
        _ => PlainClass.NotPlain,
    };
}
