using StreamBert.Model;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Model.Tokenization;

/// <summary>Tokens for somebody who wants to see them.</summary>
public sealed class TokenListTests
{
    [Fact]
    public void A_text_is_told_token_by_token_and_no_token_is_cut_off()
    {
        using var model = TextClassifier.Load(Path.Combine(AppContext.BaseDirectory, "models", "default"));
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
