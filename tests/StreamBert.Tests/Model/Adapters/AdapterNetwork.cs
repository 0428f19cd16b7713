using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Adapters;

/// <summary>A tiny network with random weights, and its logits.</summary>
internal static class AdapterNetwork
{
    public const int Vocabulary = 40;

    /// <summary>Texts of 3 to 18 tokens.</summary>
    public static readonly int[][] Texts = CreateTexts();

    public static AdamW CreateOptimizer(ITuner tuner) =>
        new(tuner.Trainable.Select(static parameter => new TrainableParameter(parameter.Name, parameter.Value)), weightDecay: 0.01);

    public static MultiTaskNetwork Create(string modelType = EncoderConfig.Bert, int seed = 3)
    {
        var config = new EncoderConfig
        {
            ModelType = modelType,
            VocabularySize = Vocabulary,
            HiddenSize = 16,
            Layers = 2,
            AttentionHeads = 2,
            IntermediateSize = 24,
            MaxPositions = 32,
            TokenTypes = modelType == EncoderConfig.DistilBert ? 0 : 2,
        };
        HeadManifest[] heads = [new() { Name = "topic", Labels = ["a", "b", "c"] }];
        using var generator = new Generator((ulong)seed, CPU);
        var network = new MultiTaskNetwork(config, heads, ParameterInitializer.Create(config, heads, generator));
        Scale(network.Parameters.Tensors.Select(static parameter => parameter.Value), 4); // new weights give all texts similar logits
        return network;
    }

    /// <summary>Computes the logits of all heads.</summary>
    public static float[] ComputeLogits(MultiTaskNetwork network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var batch = PackedBatch.Create(Texts, CPU);
        return cat([.. network.ComputeLogits(network.Encoder.Forward(batch), batch).Values], 1).ToFloats();
    }

    /// <summary>Computes gradients of the cross-entropy against label 1.</summary>
    public static void Backward(MultiTaskNetwork network, double dropout = 0)
    {
        using var scope = NewDisposeScope();
        var targets = ones(Texts.Length, ScalarType.Int64);
        nn.functional.cross_entropy(Forward(network, dropout), targets).backward();
    }

    /// <summary>Computes the logits of the first head, [texts, labels].</summary>
    public static Tensor Forward(MultiTaskNetwork network, double dropout = 0)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(Texts, CPU);
        var hidden = network.Encoder.Forward(batch, dropout);
        return network.ComputeLogits(hidden, batch, network.Heads[0], dropout).MoveToOuterDisposeScope();
    }

    /// <summary>Adds noise to parameters, as if they had been trained.</summary>
    public static void Perturb(MultiTaskNetwork network, Func<string, bool> isChanged, int seed = 9)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        using var size = 0.3f.ToScalar();
        foreach (var (name, value) in network.Parameters.Tensors.Where(parameter => isChanged(parameter.Key)))
            value.add_(randn(value.shape, generator: generator), size);
    }

    private static void Scale(IEnumerable<Tensor> tensors, float factor)
    {
        using var scale = factor.ToScalar();
        foreach (var tensor in tensors) tensor.mul_(scale);
    }

    private static int[][] CreateTexts()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 6)
            .Select(_ => Enumerable.Range(0, random.Next(3, 19)).Select(_ => random.Next(Vocabulary)).ToArray())];
    }
}
