using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Model.Tokenization;

public sealed class TextTokenizerTests
{
    private static readonly WordPieceTokenizer Tokenizer = new(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"],
        lowercase: true,
        collapseUrls: false);

    [Theory]
    [InlineData("a a", "b", 16, "[CLS] a a [SEP] b [SEP]", 4, false)]
    [InlineData("a a a a", "b", 6, "[CLS] a a [SEP] b [SEP]", 4, true)]
    [InlineData("a a a", "b b b", 7, "[CLS] a a [SEP] b b [SEP]", 4, true)]
    [InlineData("a a a", "b b b", 6, "[CLS] a a [SEP] b [SEP]", 4, true)]
    [InlineData("a", "b b b b", 7, "[CLS] a [SEP] b b b [SEP]", 3, true)]
    [InlineData("", "", 3, "[CLS] [SEP] [SEP]", 2, false)]
    public void The_longer_text_of_a_pair_is_truncated_first(
        string first,
        string second,
        int maxTokens,
        string tokens,
        int secondStart,
        bool truncated)
    {
        var pair = Tokenizer.Encode(first, second, maxTokens);

        Assert.Equal(
            (tokens, secondStart, truncated),
            (string.Join(' ', pair.Ids.Select(Tokenizer.GetToken)), pair.SecondTextStart, pair.IsTruncated));
    }

    [Fact]
    public void Offsets_of_each_text_count_from_its_own_beginning()
    {
        var pair = Tokenizer.Encode("a a", "b", 16);

        Assert.Equal("(0,0) (0,1) (2,3) (0,0) (0,1) (0,0)", string
            .Join(' ', pair.Offsets.Select(static span => $"({span.Start},{span.End})")));
    }

    [Fact]
    public void A_single_text_has_no_second_text()
    {
        var single = Tokenizer.Encode("a b", 16);

        Assert.Equal(single.Length, single.SecondTextStart);
    }

    [Fact]
    public void RoBERTa_uses_two_separators_and_one_token_type_for_pairs()
    {
        var roberta = GoldenTokenizationTests.Checkpoint("roberta-seqcls");

        var pair = roberta.Encode("Oil", "Gas", 16);

        Assert.Equal("<s> Oil </s> </s> Gas </s>", string.Join(' ', pair.Ids.Select(roberta.GetToken)));
        Assert.Equal(pair.Length, pair.SecondTextStart);
    }
}
