using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Network;

public sealed class LinearProductTests
{
    /// <summary>
    /// Oracle: libtorch's linear layer in double precision. The larger product is computed as a convolution where that is faster.
    /// </summary>
    [Theory]
    [InlineData(7, 32, 24)]
    [InlineData(301, 512, 640)]
    [InlineData(301, 256, 1024)]
    [InlineData(301, 1024, 256)]
    [InlineData(301, 512, 2048)]
    [InlineData(301, 2048, 1024)]
    public void Outputs_and_gradients_are_those_of_a_linear_layer(long rows, long inputs, long outputs)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(11, CPU);
        Tensor[] arguments = [randn([rows, inputs], generator: generator), randn([outputs, inputs], generator: generator),
            randn([outputs], generator: generator)];
        var gradient = randn([rows, outputs], generator: generator);
        var expected = Array.ConvertAll(arguments, static x => x.to(ScalarType.Float64).requires_grad_(true));
        var actual = Array.ConvertAll(arguments, static x => x.clone().requires_grad_(true));

        var output = LinearProduct.Compute(actual[0], actual[1], actual[2]);
        output.backward([gradient]);

        var reference = nn.functional.linear(expected[0], expected[1], expected[2]);
        reference.backward([gradient.to(ScalarType.Float64)]);
        Assert.Equal([rows, outputs], output.shape);
        AssertClose(reference, output);
        foreach (var (x, y) in expected.Zip(actual)) AssertClose(x.grad!, y.grad!);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.InRange(actual.sub(expected).abs().max().ToDouble(), 0, 1e-3);
}
