using StreamBert.Model.Adapters;
using StreamBert.Model.Network;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.Optimization;
using StreamBert.Tests.Model.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Training.Adapters;

public sealed class LoraTunerTests
{
    private static readonly AdapterOptions Options = new() { Rank = 2, Alpha = 8 };

    [Fact]
    public void Training_starts_from_the_base_model()
    {
        using var network = AdapterNetwork.Create();
        var expected = AdapterNetwork.ComputeLogits(network);

        Tuner.Attach(network, Options, seed: 1);

        Assert.Equal(expected, AdapterNetwork.ComputeLogits(network));
    }

    [Fact]
    public void Only_the_adapter_and_the_heads_have_gradients()
    {
        using var network = AdapterNetwork.Create();
        var tuner = Tuner.Attach(network, Options, seed: 1);
        AdapterNetwork.Perturb(network, ParameterShapes.IsAdapter); // the gradient of A is zero while B is

        AdapterNetwork.Backward(network);

        var trained = network.Parameters.Tensors.Where(static parameter => parameter.Value.grad is not null).ToList();
        Assert.Equal(tuner.Trainable.Select(static parameter => parameter.Name), trained.Select(static parameter => parameter.Key));
        Assert.All(trained, static parameter =>
            Assert.True(ParameterShapes.IsAdapter(parameter.Key) || ParameterShapes.IsHead(parameter.Key), parameter.Key));
        Assert.All(trained, static parameter => Assert.True(parameter.Value.grad!.abs().max().item<float>() > 0, parameter.Key));
        // 2 layers × 2 (rank) × (4 × (16 + 16) + 2 × (16 + 24)) for the factors, 16 + 3 × 17 for the head
        Assert.Equal(2 * 2 * (4 * 32 + 2 * 40) + 67, tuner.Trainable.Sum(static parameter => parameter.Value.numel()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Merged_weights_give_the_same_logits_and_unmerging_restores_the_weights(bool useRsLora)
    {
        using var network = AdapterNetwork.Create();
        var tuner = (LoraTuner)Tuner.Attach(network, Options with { UseRsLora = useRsLora }, seed: 1);
        AdapterNetwork.Perturb(network, ParameterShapes.IsAdapter);
        var (logits, weights) = (AdapterNetwork.ComputeLogits(network), CopyWeights(network));

        tuner.Merge();

        Assert.False(network.Parameters.HasAdapters);
        AssertClose(logits, AdapterNetwork.ComputeLogits(network), 1e-4);
        Assert.NotEqual(weights, CopyWeights(network));
        foreach (var adapter in tuner.Adapters) adapter.Unmerge();
        AssertClose(logits, AdapterNetwork.ComputeLogits(network), 1e-4);
        AssertClose(weights, CopyWeights(network), 1e-6);
    }

    /// <summary>The value block of the fused layer, entry by entry: W + alpha / rank · Σ b·a.</summary>
    [Fact]
    public void Merging_adds_the_product_of_the_factors_to_the_weight()
    {
        using var network = AdapterNetwork.Create();
        using var tuner = Tuner.Attach(network, Options, seed: 1);
        AdapterNetwork.Perturb(network, ParameterShapes.IsAdapter);
        const int hidden = 16;
        const string attention = "bert.encoder.layer.1.attention.self.";
        float[] Copy(string name) => network.Parameters[attention + name].detach().ToFloats();
        var (before, a, b) = (Copy("qkv.weight"), Copy("value.lora_A.weight"), Copy("value.lora_B.weight"));

        tuner.Merge();

        var after = Copy("qkv.weight");
        for (var row = 0; row < hidden; row++)
        {
            for (var column = 0; column < hidden; column++)
            {
                var change = (double)b[row * 2] * a[column] + (double)b[row * 2 + 1] * a[hidden + column];
                var entry = (2 * hidden + row) * hidden + column;
                Assert.Equal(before[entry] + 4 * change, after[entry], 1e-6);
            }
        }
    }

    [Fact]
    public void Targets_select_the_layers()
    {
        using var network = AdapterNetwork.Create();

        var tuner = Tuner.Attach(network, Options with { Targets = [AdapterTarget.Query, AdapterTarget.Value] }, seed: 1);

        string[] expected = [.. from layer in (int[])[0, 1] from part in (string[])["query", "value"] from factor in (string[])["A", "B"]
                             select $"bert.encoder.layer.{layer}.attention.self.{part}.lora_{factor}.weight"];
        Assert.Equal(expected, tuner.Trainable.Select(static parameter => parameter.Name).Where(ParameterShapes.IsAdapter));
    }

    [Fact]
    public void Dropout_is_active_only_in_training()
    {
        using var network = AdapterNetwork.Create();
        Tuner.Attach(network, Options with { Dropout = 0.9 }, seed: 1);
        AdapterNetwork.Perturb(network, ParameterShapes.IsAdapter);
        var expected = AdapterNetwork.ComputeLogits(network);

        using var trained = AdapterNetwork.Forward(network, dropout: 1e-9); // the network's own dropout drops nothing

        Assert.Equal(expected, AdapterNetwork.ComputeLogits(network));
        Assert.NotEqual(expected, trained.ToFloats());
    }

    [Fact]
    public void Training_lowers_the_loss_and_leaves_the_base_weights_as_they_were()
    {
        using var network = AdapterNetwork.Create();
        var before = CopyWeights(network);
        var tuner = Tuner.Attach(network, Options, seed: 1);
        using var optimizer = AdapterNetwork.CreateOptimizer(tuner);
        var start = ComputeLoss(network);

        for (var step = 0; step < 40; step++) Step(network, optimizer);

        Assert.InRange(ComputeLoss(network), 0, start / 4);
        Assert.Equal(before, CopyWeights(network));
    }

    [Fact]
    public void No_tensor_outlives_a_step()
    {
        using var network = AdapterNetwork.Create();
        var tuner = Tuner.Attach(network, Options, seed: 1);
        using var optimizer = AdapterNetwork.CreateOptimizer(tuner);
        Step(network, optimizer);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var step = 0; step < 3; step++) Step(network, optimizer);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void The_seed_determines_the_initial_factors()
    {
        Assert.Equal(Start(1), Start(1));
        Assert.NotEqual(Start(1), Start(2));

        static float[] Start(int seed)
        {
            using var network = AdapterNetwork.Create();
            using var tuner = Tuner.Attach(network, Options, seed);
            return [.. tuner.Trainable.Where(static parameter => ParameterShapes.IsAdapter(parameter.Name))
                .SelectMany(static parameter => parameter.Value.detach().ToFloats())];
        }
    }

    [Theory]
    [InlineData("The rank must be 1 to 512, not 0.", 0, "lora", "query")]
    [InlineData("There is no method 'prefix'; there are full, lora, adalora, adapter.", 8, "prefix", "query")]
    [InlineData("There is no target 'embeddings'", 8, "lora", "embeddings")]
    public void Options_out_of_range_are_refused(string reason, int rank, string method, string target)
    {
        using var network = AdapterNetwork.Create();
        var options = new AdapterOptions { Rank = rank, Method = method, Targets = [target] };

        var refusal = Assert.Throws<ArgumentException>(() => Tuner.Attach(network, options, seed: 1));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static void Step(MultiTaskNetwork network, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        optimizer.RemoveGradients();
        AdapterNetwork.Backward(network, dropout: 1e-9);
        optimizer.Step(0.02);
    }

    private static float ComputeLoss(MultiTaskNetwork network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var targets = ones(AdapterNetwork.Texts.Length, ScalarType.Int64);
        return nn.functional.cross_entropy(AdapterNetwork.Forward(network), targets).item<float>();
    }

    private static float[] CopyWeights(MultiTaskNetwork network) => [.. network.Parameters.Tensors
        .Where(static parameter => !ParameterShapes.IsAdapter(parameter.Key) && !ParameterShapes.IsHead(parameter.Key))
        .SelectMany(static parameter => parameter.Value.ToFloats())];

    private static void AssertClose(float[] expected, float[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
