using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Network;

public sealed class MultiTaskNetworkTests : IDisposable
{
    private static readonly HeadManifest[] Heads =
    [
        new() { Name = "a", Labels = ["x", "y", "z"], Pooling = Pooling.Attention },
        new() { Name = "b", Labels = ["x", "y"], Pooling = Pooling.Cls },
    ];

    private readonly MultiTaskNetwork _network;
    private readonly Generator _generator = new(3, CPU);

    public MultiTaskNetworkTests()
    {
        var config = new EncoderConfig
        {
            VocabularySize = 100,
            HiddenSize = 32,
            Layers = 2,
            AttentionHeads = 4,
            IntermediateSize = 64,
            MaxPositions = 64
        };
        _network = new MultiTaskNetwork(config, Heads, ParameterInitializer.Create(config, Heads, _generator));
        using var scale = 4f.ToScalar();
        foreach (var (_, weight) in _network.Parameters.Tensors)
        {
            weight.mul_(scale); // new weights are so small that all texts would have similar logits
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Texts_have_bitwise_the_same_logits_in_a_batch_as_alone(int seed)
    {
        var random = new Random(seed);
        var texts = Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, random.Next(2, 60)).Select(_ => random.Next(100)).ToArray())
            .ToList();

        var together = Logits(texts);

        Assert.All(
            texts.Zip(together),
            pair => Assert.All(pair.Second.Zip(Logits([pair.First])[0]), static values => Assert.Equal(values.Second, values.First)));
    }

    [Fact]
    public void Padding_within_a_bucket_stays_small()
    {
        var random = new Random(5);
        var texts = Enumerable.Range(0, 200).Select(_ => new int[random.Next(2, 60)]).ToList();

        using var batch = PackedBatch.Create(texts, CPU);

        var cells = batch.Buckets.Sum(static bucket => bucket.Texts * bucket.Width);
        Assert.InRange(cells, batch.TokenCount, batch.TokenCount * 1.2);
        Assert.Equal(texts.Sum(static text => text.Length), batch.TokenCount);
    }

    private float[][] Logits(IReadOnlyList<int[]> texts)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var batch = PackedBatch.Create(texts, CPU);
        var hidden = _network.Encoder.Forward(batch);
        var rows = cat(_network.ComputeLogits(hidden, batch).Values.ToList(), 1).data<float>().ToArray().Chunk(5).ToArray();
        var answers = new float[texts.Count][];
        for (var packed = 0; packed < rows.Length; packed++) answers[batch.OriginalIndices[packed]] = rows[packed];
        return answers;
    }

    public void Dispose()
    {
        _network.Dispose();
        _generator.Dispose();
    }
}
