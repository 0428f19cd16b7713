using CsCheck;
using StreamBert.Model.Network;
using StreamBert.Model.Network.InferenceLayers;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Network.InferenceLayers;

public sealed class Int8LinearTests
{
    [Theory]
    [InlineData(7, 64, 96)]
    [InlineData(33, 100, 50)] // not multiples of the vector width
    [InlineData(1, 32, 3)]
    public void The_product_is_close_to_that_of_full_precision(int tokens, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var generator = new Generator(11, CPU);
        var (x, weight, bias) = (randn([tokens, inputs], generator: generator), randn([outputs, inputs], generator: generator), randn(
            [outputs],
            generator: generator));
        using var linear = new Int8Linear(weight, bias);

        var difference = (linear.Forward(x) - nn.functional.linear(x, weight, bias)).abs().max().item<float>();

        // Each factor is off by at most half a step of 1/127 of its row's largest value: a few per cent of the standard deviation √inputs.
        Assert.InRange(difference, 0, 0.06 * Math.Sqrt(inputs));
    }

    [Fact]
    public void A_token_has_the_same_output_alone_and_in_a_batch()
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var generator = new Generator(12, CPU);
        var x = randn([40, 48], generator: generator);
        x[3].mul_(ScalarConstants.Ten); // a token with large values
        using var linear = new Int8Linear(randn([24, 48], generator: generator), zeros(24));

        var together = linear.Forward(x);

        Assert.All(
            Enumerable.Range(0, 40),
            row => Assert.True(linear.Forward(x.slice(0, row, row + 1, 1)).equal(together.slice(0, row, row + 1, 1)).all().item<bool>()));
    }

    [Fact]
    public void A_row_of_zeros_gives_the_bias()
    {
        using var scope = NewDisposeScope();
        var bias = tensor(new[] { 1.5f, -2f });
        using var linear = new Int8Linear(ones(2, 40), bias);

        Assert.Equal([1.5f, -2f], linear.Forward(zeros(1, 40)).data<float>().ToArray());
    }

    [Fact]
    public void Weights_on_the_quantization_grid_are_exact() => Gen.Int[-127, 127].Array[64]
        .Where(static row => row.Any(static v => Math.Abs(v) == 127))
        .Sample(static row =>
            {
                using var scope = NewDisposeScope();
                using var linear = new Int8Linear(tensor(row.Select(static v => (float)v).ToArray()).view(1, 64), zeros(1));
                var result = linear.Forward(tensor(row.Select(static v => (float)v).ToArray()).view(1, 64)).item<float>();
                return Math.Abs(result - row.Sum(static v => (double)v * v)) <= 1;
            }, iter: 50);
}
