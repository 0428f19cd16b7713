using CsCheck;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Unicode;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Model.Tokenization;

/// <summary>Verifies the offsets of tokens in the text before normalization.</summary>
public sealed class OffsetTests
{
    private const int Enough = 1 << 16;

    private static readonly string[] Atoms =
    [
        "oil", "Oil", "unaffable", ".", "...", "-", " ", "  ", "\t", "\n", "\u3000", "\u2028", "é", "e\u0301", "É", "İ", "Å", "각", "한글",
        "中", "中文", "が", "か\u3099",
        "\0", "\u0007", "\u200b", "\ufeff", "\ud83d", "\ude80", "🚀", "👨‍👩‍👧", "𝒜", "\ue000", "[SEP]", "[MASK]", "<mask>", "</s>",
        "[S\0EP]", "'s", "q", "Ⅷ", new('x', 101),
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Int[0, Atoms.Length - 1].Select(static at => Atoms[at]), Gen.String[0, 6])
        .Array[0, 12]
        .Select(string.Concat);

    private static readonly WordPieceTokenizer Uncased = Small(lowercase: true), Cased = Small(lowercase: false);

    [Fact]
    public void Offsets_are_within_the_text_and_ascending()
        => Texts.Sample(static text => AssertInOrder(Uncased, text) && AssertInOrder(Cased, text));

    [Fact]
    public void Offsets_of_byte_pairs_are_within_the_text_and_ascending()
    {
        var roberta = GoldenTokenizationTests.Checkpoint("roberta-seqcls");
        Texts.Sample(text => AssertInOrder(roberta, text), iter: 2000);
    }

    [Fact]
    public void A_cased_token_equals_the_text_at_its_offsets() => Texts.Sample(static text =>
    {
        var encoded = Cased.Encode(text, Enough);
        return Inner(encoded).All(token => Cased.GetToken(token.Id) is var piece
            && (piece == "[UNK]" || Kept(text[token.Span.Start..token.Span.End]) == (piece.StartsWith("##", StringComparison.Ordinal)
                ? piece[2..]
                : piece)));
    });

    [Fact]
    public void Offsets_cover_every_character_that_is_kept() => Texts.Sample(static text =>
    {
        var covered = new bool[text.Length];
        foreach (var (_, span) in Inner(Uncased.Encode(text, Enough))) Array.Fill(covered, true, span.Start, span.End - span.Start);
        return Enumerable.Range(0, text.Length).All(at => covered[at] || !IsKept(text, at));
    });

    [Theory]
    [InlineData("Café Oil", "cafe", 0, 4)]
    [InlineData("cafe\u0301 Oil", "cafe", 0, 5)]
    [InlineData("oil\0zz", "[UNK]", 0, 6)]
    [InlineData("가oil", "ᄀ", 0, 1)]
    [InlineData("oil中oil", "中", 3, 4)]
    [InlineData("\u200b\u200bOil", "oil", 2, 5)]
    public void Normalization_does_not_shift_offsets(string text, string piece, int start, int end)
    {
        var encoded = Uncased.Encode(text, Enough);

        var at = Array.FindIndex(encoded.Ids, id => Uncased.GetToken(id) == piece);
        Assert.Equal(new TokenSpan(start, end), encoded.Offsets[at]);
    }

    [Fact]
    public void Both_jamo_of_a_syllable_have_its_offsets()
    {
        var encoded = Uncased.Encode("가", Enough);

        Assert.Equal("ᄀ ##ᅡ", string.Join(' ', encoded.Ids[1..^1].Select(Uncased.GetToken)));
        Assert.Equal([new TokenSpan(0, 1), new TokenSpan(0, 1)], encoded.Offsets[1..^1]);
    }

    [Fact]
    public void A_byte_pair_excludes_the_space_before_its_word()
    {
        var text = "Oil falls <mask> 🚀";
        var encoded = GoldenTokenizationTests.Checkpoint("roberta-seqcls").Encode(text, Enough);

        Assert.Equal("<s>|Oil|falls|<mask>", "<s>|" + string.Join('|', encoded.Offsets[1..4].Select(span => text[span.Start..span.End])));
        Assert.All(encoded.Offsets[5..^1], span => Assert.Equal("🚀", text[span.Start..span.End]));
    }

    private static WordPieceTokenizer Small(bool lowercase) => new(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "oil", "Oil", "q", "##q", ".", "-", "'", "s", "cafe", "e",
            "##e", "é", "中", "文", "ᄀ", "##ᅡ", "##oil", "🚀", "i", "##s"],
        lowercase, collapseUrls: false);

    private static bool AssertInOrder(TextTokenizer tokenizer, string text)
    {
        var (start, end) = (0, 0);
        foreach (var (_, span) in Inner(tokenizer.Encode(text, Enough)))
        {
            if (span.Start < start || span.End < end || span.Start > span.End || span.End > text.Length) return false;
            (start, end) = (span.Start, span.End);
        }

        return true;
    }

    private static IEnumerable<(int Id, TokenSpan Span)> Inner(EncodedText encoded) => encoded.Ids[1..^1].Zip(encoded.Offsets[1..^1]);

    private static string Kept(string text)
        => string.Concat(Enumerable.Range(0, text.Length).Where(at => IsKept(text, at)).Select(at => text[at]));

    private static bool IsKept(string text, int at)
    {
        var lone = char.IsSurrogate(text[at]) && !(at > 0 && char.IsSurrogatePair(text[at - 1], text[at]))
            && !(at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]));
        var code = lone ? 0 : char.ConvertToUtf32(text, char.IsLowSurrogate(text[at]) ? at - 1 : at);
        // A mark without a base character is removed without an offset.
        return CharacterTable.GetClass(code) is CharacterClass.Other or CharacterClass.Punctuation;
    }
}
