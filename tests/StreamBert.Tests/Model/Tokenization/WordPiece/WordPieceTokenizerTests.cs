using CsCheck;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Model.Tokenization.WordPiece;

public sealed class WordPieceTokenizerTests
{
    private static readonly string[] Vocabulary =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[URL]", "un", "##aff", "##able", "oil", "e", ".", "$", "cafe", "中"];

    private static WordPieceTokenizer Tokenizer(bool collapseUrls = false) => new(Vocabulary, lowercase: true, collapseUrls);

    [Theory]
    [InlineData("unaffable", "[CLS] un ##aff ##able [SEP]")]
    [InlineData("Oil.", "[CLS] oil . [SEP]")]
    [InlineData("$oil", "[CLS] $ oil [SEP]")]
    [InlineData("Café", "[CLS] cafe [SEP]")]
    [InlineData("oil中oil", "[CLS] oil 中 oil [SEP]")]
    [InlineData("unknown", "[CLS] [UNK] [SEP]")]
    [InlineData("", "[CLS] [SEP]")]
    [InlineData("\u0000\u0007\u200b", "[CLS] [SEP]")]
    [InlineData("[MASK] oil", "[CLS] [MASK] oil [SEP]")]
    public void Words_are_split_into_tokens_as_in_BERT(string text, string pieces) =>
        Assert.Equal(pieces, Show(Tokenizer().Encode(text, 64).Ids));

    [Fact]
    public void A_web_address_is_one_token_if_the_package_collapses_URLs() =>
        Assert.Equal("[CLS] oil [URL] oil [SEP]", Show(Tokenizer(collapseUrls: true).Encode("oil https://t.co/aB3xYz oil", 64).Ids));

    [Fact]
    public void A_long_text_is_truncated_and_flagged_and_one_that_just_fits_is_not()
    {
        var fits = Tokenizer().Encode("oil oil oil", 5);
        var cut = Tokenizer().Encode("oil oil oil oil", 5);

        Assert.Equal((5, false), (fits.Length, fits.IsTruncated));
        Assert.Equal(("[CLS] oil oil oil [SEP]", true), (Show(cut.Ids), cut.IsTruncated));
    }

    [Fact]
    public void Any_string_has_special_tokens_and_at_most_the_maximum_length()
    {
        var tokenizer = Tokenizer(collapseUrls: true);
        Gen.String.Sample(text =>
        {
            var ids = tokenizer.Encode(text, 16).Ids;
            return ids.Length is >= 2 and <= 16 && ids[0] == 2 && ids[^1] == 3;
        });
    }

    [Fact]
    public void The_vectorized_and_the_general_path_give_the_same_tokens()
    {
        string[] atoms
            = ["oil", "Oil", "unaffable", "unaffableunaffable", "e", "caf", " ", "\t", ".", "$", "[MASK]", "-", "z9", "\u0301", "é", "\0"];
        var tokenizer = Tokenizer();
        Gen.Int[0, atoms.Length - 1].Select(at => atoms[at]).Array[0, 12].Select(string.Concat).Sample(text =>
        {
            var whole = tokenizer.Encode(text, 4096).Ids[1..^1];
            return whole.SequenceEqual(tokenizer.SplitIntoWords(text).SelectMany(word => tokenizer.Encode(word, 4096).Ids[1..^1]));
        });
    }

    [Fact]
    public void A_trained_vocabulary_contains_frequent_words_and_the_characters_of_others()
    {
        var texts = Enumerable.Repeat("oil prices rise while gold prices fall", 30).Append("rare silo");

        var pieces = WordPieceTrainer.Train(texts, size: 60, minPairCount: 2);

        Assert.Contains("prices", pieces);
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[URL]"], pieces.Take(6));
        Assert.DoesNotContain(1, new WordPieceTokenizer(pieces, lowercase: true, collapseUrls: true).Encode("silo", 16).Ids);
    }

    private static string Show(int[] ids) => string.Join(' ', ids.Select(static id => Vocabulary[id]));
}
