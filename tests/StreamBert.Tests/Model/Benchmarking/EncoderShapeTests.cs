using StreamBert.Model.Benchmarking;

namespace StreamBert.Tests.Model.Benchmarking;

public sealed class EncoderShapeTests
{
    [Fact]
    public void Operations_are_those_of_the_matrix_products()
    {
        // One layer of width 64 and 10 tokens: query, key, value and output 4·(2·10·64²), feed-forward 2·(2·10·64·256), scores and mixture
        // 2·(2·10·10·64).
        Assert.Equal(4 * 2 * 10 * 64 * 64 + 2 * 2 * 10 * 64 * 256 + 2 * 2 * 10 * 10 * 64, new EncoderShape(1, 64).CountFlops(10));
    }

    [Theory]
    [InlineData("6x384", 6, 384, 6)]
    [InlineData("12×768", 12, 768, 12)]
    [InlineData("2x128", 2, 128, 2)]
    public void A_shape_is_parsed_as_layers_and_hidden_size(string text, int layers, int hidden, int heads)
    {
        var shape = EncoderShape.Parse(text);

        Assert.Equal((layers, hidden, heads), (shape.Layers, shape.Hidden, shape.AttentionHeads));
    }

    [Theory]
    [InlineData("384")]
    [InlineData("0x384")]
    [InlineData("6x385")]
    [InlineData("6x-1")]
    public void Other_texts_are_refused(string text) => Assert.Throws<FormatException>(() => EncoderShape.Parse(text));
}
