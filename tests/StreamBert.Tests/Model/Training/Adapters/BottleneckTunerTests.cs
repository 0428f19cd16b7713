using StreamBert.Model.Network;
using StreamBert.Model.Training.Adapters;
using StreamBert.Tests.Model.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Training.Adapters;

public sealed class BottleneckTunerTests
{
    private static readonly AdapterOptions Options = new() { Method = AdapterMethod.Bottleneck, BottleneckSize = 5 };

    [Fact]
    public void Training_starts_close_to_the_base_model()
    {
        using var network = AdapterNetwork.Create();
        var expected = AdapterNetwork.ComputeLogits(network);

        using var tuner = Tuner.Attach(network, Options, seed: 1);

        Assert.All(expected.Zip(AdapterNetwork.ComputeLogits(network)), static pair => Assert.Equal(pair.First, pair.Second, 0.01));
    }

    [Fact]
    public void Only_the_adapters_the_layer_norms_of_the_layers_and_the_heads_have_gradients()
    {
        using var network = AdapterNetwork.Create();
        using var tuner = Tuner.Attach(network, Options, seed: 1);

        AdapterNetwork.Backward(network);

        var trained = network.Parameters.Tensors.Where(static parameter => parameter.Value.grad is not null).ToList();
        Assert.Equal(tuner.Trainable.Select(static parameter => parameter.Name), trained.Select(static parameter => parameter.Key));
        // 2 layers × 2 × (2 × 5 × 16 + 5 + 16 for a bottleneck, 2 × 16 for a layer norm), 16 + 3 × 17 for the head
        Assert.Equal(4 * (2 * 5 * 16 + 5 + 16 + 2 * 16) + 67, tuner.Trainable.Sum(static parameter => parameter.Value.numel()));
        Assert.All(trained, static parameter => Assert.True(parameter.Value.grad!.abs().max().item<float>() > 0, parameter.Key));
    }

    /// <summary>The output of a layer with an adapter is h + W₂·gelu(W₁·h + b₁) + b₂, computed with libtorch outside the network.</summary>
    [Fact]
    public void An_adapter_adds_its_bottleneck_to_the_output_of_the_layer()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = AdapterNetwork.Create();
        const string layer = "bert.encoder.layer.1.output.dense";
        var x = randn([20, 24], generator: new Generator(4, CPU));
        var h = network.Encoder.ApplyLinear(x, layer);
        using var tuner = Tuner.Attach(network, Options, seed: 1);
        AdapterNetwork.Perturb(network, ParameterShapes.IsAdapter);

        var actual = network.Encoder.ApplyLinear(x, layer);

        var parameters = network.Parameters;
        var narrow = nn.functional.gelu(nn.functional.linear(
            h, parameters[layer + ".adapter_down.weight"], parameters[layer + ".adapter_down.bias"]));
        var expected = nn.functional.linear(narrow, parameters[layer + ".adapter_up.weight"], parameters[layer + ".adapter_up.bias"]);
        Assert.All(
            expected.add(h, ScalarConstants.One).ToFloats().Zip(actual.ToFloats()),
            static pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void No_tensor_outlives_a_step()
    {
        using var network = AdapterNetwork.Create();
        using var tuner = Tuner.Attach(network, Options, seed: 1);
        AdapterNetwork.Backward(network);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var step = 0; step < 3; step++) AdapterNetwork.Backward(network);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
