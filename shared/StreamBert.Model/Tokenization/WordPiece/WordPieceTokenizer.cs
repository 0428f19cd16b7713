using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamBert.Model.Tokenization.Normalizers;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.WordPiece;

/// <summary>
/// BERT's tokenizer: cleaning, optional lower-casing and accent stripping, splitting at white space, punctuation and CJK, then greedy
/// longest-match-first WordPiece (Devlin et al. 2018; Hugging Face's Rust tokenizers are the reference). Plain text is tokenized in place;
/// a segment with any other character is normalized first, with a map back to the text. <c>TokenizerPipeline</c> handles all other
/// compositions.
/// </summary>
internal sealed class WordPieceTokenizer : TextTokenizer
{
    /// <summary>The code points below this limit, ASCII and typographic quotes, dashes and spaces, are classified by a table.</summary>
    private const int PlainCharacters = 0x2060;

    private readonly Vocabulary _vocabulary;
    private readonly WordPieceMatcher _matcher;
    private readonly WordNormalizer _normalizer;
    private readonly PlainClass[] _plainClasses;
    private readonly int[] _punctuationIds;
    private readonly Vector128<byte> _caseBit;
    private readonly int _unknown;

    public WordPieceTokenizer(IReadOnlyList<string> vocabulary, bool lowercase, bool collapseUrls)
        : this(Vocabulary.FromLines(vocabulary, "vocabulary"), new WordPieceOptions { Lowercase = lowercase, CollapseUrls = collapseUrls })
    {
    }

    /// <exception cref="ModelPackageException">The vocabulary lacks a special token.</exception>
    public WordPieceTokenizer(Vocabulary vocabulary, WordPieceOptions options)
        : base(vocabulary, CreateAddedTokens(vocabulary, options), GetSpecialTokens(vocabulary, options), options.MaxLength)
    {
        _vocabulary = vocabulary;
        _unknown = vocabulary.Require(options.Names.Unknown);
        Lowercase = options.Lowercase;
        _normalizer = new WordNormalizer(options);
        _matcher = new WordPieceMatcher(vocabulary.Ids, _unknown);
        var splitsPunctuation = options.NeverSplit.Count == 0;
        _plainClasses = [.. Enumerable.Range(0, PlainCharacters).Select(code => Classify(code, splitsPunctuation))];
        _punctuationIds = [.. Enumerable.Range(0, PlainCharacters).Select(code => vocabulary.Find([(char)code]) ?? _unknown)];
        _caseBit = options.Lowercase ? Vector128.Create((byte)0x20) : Vector128<byte>.Zero;
    }

    /// <summary>How a character is tokenized in place.</summary>
    private enum PlainClass : byte
    {
        /// <summary>Not at all: its segment must be normalized.</summary>
        NotPlain,
        WhiteSpace,
        Punctuation,
        Letter,
    }

    /// <summary>Whether the tokenizer is uncased.</summary>
    public bool Lowercase { get; }

    /// <summary>
    /// Returns the words before they are split into tokens; added tokens are words. It allocates and serves to learn a vocabulary.
    /// </summary>
    public IReadOnlyList<string> SplitIntoWords(string text)
    {
        var words = new List<string>();
        var buffer = new TokenBuffer();
        var matches = AddedTokens.Search(text);
        for (var position = 0; ;)
        {
            var match = matches.Next(position);
            while (position < match.Start)
            {
                AddWords(_normalizer.Normalize(text.AsSpan(0, match.Start), ref position, buffer, out var isWhole).Text, isWhole, words);
            }
            if (match.Token is not { } token) return words;
            words.Add(token.Text);
            position = match.End;
        }
    }

    /// <summary>
    /// Tokenizes plain characters in place. At any other character the tokens of the segment since the last white space are discarded, and
    /// the segment is normalized.
    /// </summary>
    private protected override void AppendSegment(ReadOnlySpan<char> text, int start, int maxCount, TokenBuffer buffer)
    {
        var position = start;
        var (segmentStart, segmentCount) = (position, buffer.Count);
        while (position < text.Length && buffer.Count <= maxCount)
        {
            switch (ClassAt(text, position))
            {
                case PlainClass.WhiteSpace:
                    (segmentStart, segmentCount) = (++position, buffer.Count);
                    break;
                case PlainClass.Punctuation:
                    buffer.Add(_punctuationIds[text[position]], position, ++position);
                    break;
                case PlainClass.Letter when TryAppendLetters(text, ref position, buffer):
                    break;
                default:
                    (position, buffer.Count) = (segmentStart, segmentCount);
                    AppendNormalized(text, ref position, buffer);
                    (segmentStart, segmentCount) = (position, buffer.Count);
                    break;
            }
        }
    }

    private static void AddWords(ReadOnlySpan<char> segment, bool isWhole, List<string> words)
    {
        if (isWhole) words.Add(segment.ToString());
        for (var position = 0; !isWhole && WordNormalizer.TryReadWord(segment, ref position, out var start);)
        {
            words.Add(segment[start..position].ToString());
        }
    }

    private static AddedTokenMatcher CreateAddedTokens(Vocabulary vocabulary, WordPieceOptions options)
    {
        var special = options.MatchesSpecialTokens ? vocabulary.FindSpecialTokens(options.Names, maskStripsLeft: false) : [];
        return new AddedTokenMatcher(options.AddedTokens.Concat(special), vocabulary.GetUrlToken(options.CollapseUrls));
    }

    private static SpecialTokens GetSpecialTokens(Vocabulary vocabulary, WordPieceOptions options)
    {
        vocabulary.Require(options.Names.Unknown); // before the others, because a file without it is not a WordPiece vocabulary at all
        return options.SpecialTokens ?? vocabulary.GetSpecialTokens(options.Names, doubleSeparator: false);
    }

    /// <summary>Appends a word of letters and digits, sixteen characters at a time.</summary>
    /// <returns>False if the word is longer, or if a character follows that is not plain.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAppendLetters(ReadOnlySpan<char> text, ref int position, TokenBuffer buffer)
    {
        var characters = LoadVector(text[position..], buffer);
        var letters = characters | _caseBit & Vector128.LessThan(characters - Vector128.Create((byte)'A'), Vector128.Create((byte)26));
        var inWord = Vector128.LessThan(
            (characters | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'), Vector128.Create((byte)26))
            | Vector128.LessThan(characters - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
        var length = BitOperations.TrailingZeroCount(~inWord.ExtractMostSignificantBits());
        if (length >= TokenizerLimits.VectorLength) return false;
        var end = position + length;
        if (end < text.Length && ClassAt(text, end) == PlainClass.NotPlain) return false;
        _matcher.Append(letters, length, position, buffer);
        position = end;
        return true;
    }

    /// <summary>
    /// Loads the next sixteen characters as bytes: 255 for characters that are not bytes, zeros behind the end of the text.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LoadVector(ReadOnlySpan<char> text, TokenBuffer buffer)
    {
        if (text.Length < TokenizerLimits.VectorLength)
        {
            var tail = buffer.Tail.AsSpan();
            tail.Clear();
            text.CopyTo(tail);
            text = tail;
        }

        ref var first = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        return Vector128.NarrowWithSaturation(Vector128.LoadUnsafe(ref first), Vector128.LoadUnsafe(ref first, 8));
    }

    private PlainClass ClassAt(ReadOnlySpan<char> text, int position)
    {
        var (classes, character) = (_plainClasses, text[position]);
        return character < classes.Length ? classes[character] : PlainClass.NotPlain;
    }

    /// <summary>Appends the tokens of the next segment without white space, whatever characters it contains.</summary>
    private void AppendNormalized(ReadOnlySpan<char> text, ref int position, TokenBuffer buffer)
    {
        var first = buffer.Count;
        var segment = _normalizer.Normalize(text, ref position, buffer, out var isWhole);
        if (isWhole) buffer.Add(_vocabulary.Find(segment.Text) ?? _unknown, 0, segment.Length);
        for (var end = 0; !isWhole && WordNormalizer.TryReadWord(segment.Text, ref end, out var start);)
        {
            var word = segment.Text[start..end];
            if (CountCodePoints(word) > TokenizerLimits.MaxWordLength) buffer.Add(_unknown, start, end);
            else _matcher.Append(word, start, buffer);
        }

        buffer.AlignOffsets(first, segment);
    }

    private static int CountCodePoints(ReadOnlySpan<char> word)
    {
        var count = word.Length;
        foreach (var unit in word)
        {
            if (char.IsLowSurrogate(unit)) count--;
        }

        return count;
    }

    /// <param name="splitsPunctuation">False if some words are never split, so that every segment must be compared with them.</param>
    private static PlainClass Classify(int code, bool splitsPunctuation) => CharacterTable.GetClass(code) switch
    {
        CharacterClass.WhiteSpace => PlainClass.WhiteSpace,
        CharacterClass.Punctuation when splitsPunctuation && !UnicodeNormalization.IsChangedByStripping(code) => PlainClass.Punctuation,
        CharacterClass.Other when splitsPunctuation && code < 128 => PlainClass.Letter,
        _ => PlainClass.NotPlain,
    };
}
