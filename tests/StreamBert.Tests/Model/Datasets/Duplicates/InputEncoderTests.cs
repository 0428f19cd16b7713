using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Tests.Inference.Serving;

namespace StreamBert.Tests.Model.Datasets.Duplicates;

/// <summary>Twins are texts that the model reads identically, whatever they look like.</summary>
public sealed class InputEncoderTests
{
    private readonly InputEncoder _encoder = LetterEncoder.Create();

    [Theory]
    [InlineData("a b c", "A  B\tc")]
    [InlineData("a é", "a E")]
    [InlineData("a ! b", "a ? b")]
    public void Texts_that_the_tokenizer_reads_identically_are_twins(string text, string other) =>
        Assert.Equal(_encoder.Encode(text).Fingerprint, _encoder.Encode(other).Fingerprint);

    [Theory]
    [InlineData("a b c", "a c b")]
    [InlineData("a b c", "a b")]
    [InlineData("a a a a", "a a a a a")]
    public void Other_tokens_or_another_order_make_another_input(string text, string other) =>
        Assert.NotEqual(_encoder.Encode(text).Fingerprint, _encoder.Encode(other).Fingerprint);

    [Fact]
    public void Texts_that_differ_beyond_what_the_model_reads_are_twins()
    {
        var read = string.Join(' ', Enumerable.Repeat("a b", 16)); // 32 tokens and two special ones

        var (whole, cut) = (_encoder.Encode(read), _encoder.Encode(read + " c d"));

        Assert.Equal(whole.Fingerprint, cut.Fingerprint);
        Assert.Equal((false, true), (whole.IsTruncated, cut.IsTruncated));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" \t\n", true)]
    [InlineData("a", false)]
    public void A_text_without_tokens_is_empty(string text, bool isEmpty) => Assert.Equal(isEmpty, _encoder.Encode(text).IsEmpty);

    [Fact]
    public void The_encoder_of_a_package_needs_no_weights()
    {
        using var folder = new TempFolder();
        TinyPackage.Write(folder["model"], "v1", "sentiment");
        File.Delete(Path.Combine(folder["model"], "model.safetensors"));

        var encoder = InputEncoder.Load(folder["model"]);

        Assert.Equal(64, encoder.MaxTokens);
        Assert.Equal(encoder.Encode("abc").Fingerprint, encoder.Encode("ABC").Fingerprint);
    }
}
