using StreamBert.Model.Network.InferenceLayers;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Network.InferenceLayers;

public sealed class OneDnnLinearTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _weight, _bias, _x;
    private readonly OneDnnLinear _layer;

    public OneDnnLinearTests()
    {
        using var generator = new Generator(5, CPU);
        (_weight, _bias, _x) = (randn([1152, 384], generator: generator), randn([1152], generator: generator), randn(
            [37, 384],
            generator: generator));
        Assert.SkipWhen(OneDnnLinear.TryCreate(_weight, _bias) is null, "This libtorch has no oneDNN.");
        _layer = OneDnnLinear.TryCreate(_weight, _bias)!;
    }

    [Fact]
    public void The_output_equals_that_of_the_default_product()
    {
        using var noGradient = inference_mode();

        Assert.InRange((_layer.Forward(_x) - nn.functional.linear(_x, _weight, _bias)).abs().max().item<float>(), 0, 2e-4f);
    }

    [Fact]
    public void Gradients_flow_through_it_if_they_are_enabled()
    {
        _x.requires_grad = true;

        var gradient = autograd.grad([_layer.Forward(_x).sum()], [_x])[0];

        Assert.InRange((gradient - _weight.sum([0])).abs().max().item<float>(), 0, 1e-3f);
    }

    [Fact]
    public void A_small_layer_is_not_converted() => Assert.Null(OneDnnLinear.TryCreate(ones(128, 128), zeros(128)));

    public void Dispose()
    {
        _layer?.Dispose();
        _scope.Dispose();
    }
}
