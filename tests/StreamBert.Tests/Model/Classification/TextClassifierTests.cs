using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Model.Classification;

/// <summary>Lists the tokens of a text.</summary>
public sealed class TextClassifierTests
{
    [Fact]
    public void All_tokens_of_a_long_text_are_listed()
    {
        using var model = TextClassifier.Load(Path.Combine(AppContext.BaseDirectory, "models", "small"));
        var text = string.Concat(Enumerable.Repeat("Oil slumps. ", 100));

        var framed = model.Tokenize(text, withSpecialTokens: true);
        var bare = model.Tokenize(text, withSpecialTokens: false);

        Assert.Equal(bare, framed.Skip(1).SkipLast(1));
        Assert.Equal(("[CLS]", "[SEP]"), (framed[0].Special, framed[^1].Special));
        Assert.All(bare, static token => Assert.Null(token.Special));
        Assert.Equal("Oil", text[bare[0].Start..bare[0].End]);
        Assert.Equal(".", text[bare[^1].Start..bare[^1].End]);
        Assert.Equal(
            model.Encode("Oil slumps.").Ids,
            model.Tokenize("Oil slumps.", withSpecialTokens: true).Select(static token => token.Id));
    }
}
