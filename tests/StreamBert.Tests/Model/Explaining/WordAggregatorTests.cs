using StreamBert.Model.Explaining;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Model.Explaining;

public sealed class WordAggregatorTests
{
    [Fact]
    public void The_tokens_of_a_word_are_summed_and_special_tokens_are_omitted()
    {
        var words = WordAggregator.Aggregate("Oil plunges", [new(0, 0), new(0, 3), new(4, 7), new(7, 11), new(0, 0)], [9, 1, 2, 3, 9]);

        Assert.Equal([new("Oil", 0, 3, 1), new("plunges", 4, 11, 5)], words);
    }

    [Theory]
    [InlineData("don't", "don|'|t")]
    [InlineData("5%", "5|%")]
    [InlineData("油价ab", "油|价|ab")]
    public void Punctuation_symbols_and_ideographs_are_separate_words(string text, string words)
    {
        var offsets = text.Select(static (_, at) => new TokenSpan(at, at + 1)).ToArray();

        Assert.Equal(words.Split('|'), WordAggregator.Aggregate(text, offsets, new double[text.Length]).Select(static word => word.Text));
    }

    [Fact]
    public void Byte_tokens_that_share_a_character_are_one_word()
    {
        var words = WordAggregator.Aggregate("go 🎉", [new(0, 2), new(3, 5), new(3, 5), new(3, 5)], [1, 2, 3, 4]);

        Assert.Equal([new("go", 0, 2, 1), new("🎉", 3, 5, 9)], words);
    }
}
