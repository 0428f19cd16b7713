using StreamBert.Model;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Explaining;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Explaining;

public sealed class IntegratedGradientsTests
{
    private const int Vocabulary = 60, Mask = 4;
    private static readonly string[] Poolings = [Pooling.Cls, Pooling.Attention];

    public static TheoryData<string, string, int> Networks
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var type in (string[])[EncoderConfig.Bert, EncoderConfig.DistilBert, EncoderConfig.Roberta])
            {
                foreach (var pooling in Poolings)
                {
                    foreach (var seed in (int[])[2, 3, 4])
                        data.Add(type, pooling, seed);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Attributions_sum_to_the_difference_of_the_scores(string type, string pooling, int seed)
    {
        using var network = Network(type, pooling, seed);
        var text = Text(new Random(seed), length: 12);

        var integral = Explain(network, text, points: 50);

        Assert.Equal(integral.Difference, integral.Attributions.Sum(), 0.001 + 0.05 * Math.Abs(integral.Difference));
        Assert.True(Math.Abs(integral.Difference) > 0.01, "the text must differ from its baseline for the test to say anything");
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_scores_at_both_ends_are_those_of_the_network(string type, string pooling, int seed)
    {
        using var network = Network(type, pooling, seed);
        var text = Text(new Random(seed), length: 9);

        var integral = Explain(network, text, points: 3);

        Assert.Equal(Logit(network, text.Ids), integral.Score, 1e-5);
        Assert.Equal(Logit(network, Baseline(text)), integral.BaselineScore, 1e-5);
    }

    [Fact]
    public void For_a_linear_score_attributions_are_exactly_the_contributions()
    {
        using var network = Network(EncoderConfig.Bert, Pooling.Cls, seed: 1);
        using var scope = NewDisposeScope();
        var direction = randn([16], generator: new Generator(5, CPU));
        var text = Text(new Random(8), length: 7);

        var integral = new IntegratedGradients(network.Encoder, CPU)
            .Compute(
                text,
                Baseline(text),
                (words, batch) => words.matmul(direction).view(batch.TextCount, -1).sum(1),
                points: 1,
                TestContext.Current.CancellationToken);

        var words = network.Encoder.EmbedWords(tensor(text.Ids, int64));
        var hidden = network.Encoder.EmbedWords(tensor(Baseline(text), int64));
        var expected = (words - hidden).matmul(direction).data<float>().ToArray();
        Assert.All(expected.Zip(integral.Attributions), static pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void For_a_quadratic_score_two_points_are_exact()
    {
        using var network = Network(EncoderConfig.Bert, Pooling.Cls, seed: 1);
        var text = Text(new Random(9), length: 7);

        var integral = new IntegratedGradients(network.Encoder, CPU)
            .Compute(
                text,
                Baseline(text),
                static (words, batch) => (words * words).sum(1).view(batch.TextCount, -1).sum(1),
                points: 2,
                TestContext.Current.CancellationToken);

        Assert.Equal(integral.Difference, integral.Attributions.Sum(), 1e-5 * Math.Abs(integral.Score));
    }

    [Fact]
    public void A_long_text_in_several_batches_has_complete_attributions()
    {
        using var network = Network(EncoderConfig.Bert, Pooling.Attention, seed: 4);
        var text = Text(new Random(4), length: 60); // 52 points × 60 tokens: more than one batch

        var integral = Explain(network, text, points: 50);

        Assert.Equal(integral.Difference, integral.Attributions.Sum(), 0.001 + 0.05 * Math.Abs(integral.Difference));
    }

    [Fact]
    public void Tokens_kept_in_the_baseline_have_no_attribution()
    {
        using var network = Network(EncoderConfig.Bert, Pooling.Cls, seed: 2);
        var text = Text(new Random(2), length: 10);

        var integral = Explain(network, text, points: 10);

        Assert.Equal(0, integral.Attributions[0]);
        Assert.Equal(0, integral.Attributions[^1]);
    }

    [Fact]
    public void The_same_text_has_bitwise_the_same_attributions()
    {
        using var network = Network(EncoderConfig.Bert, Pooling.Attention, seed: 3);
        var text = Text(new Random(3), length: 15);

        Assert.Equal(Explain(network, text, 20).Attributions, Explain(network, text, 20).Attributions);
    }

    [Fact]
    public void No_tensor_outlives_an_explanation()
    {
        using var network = Network(EncoderConfig.Bert, Pooling.Attention, seed: 3);
        var text = Text(new Random(3), length: 15);
        Explain(network, text, 5);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 3; i++) Explain(network, text, 5);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Attributions_in_bfloat16_are_close_to_those_in_float32()
    {
        using var network = Network(EncoderConfig.Bert, Pooling.Cls, seed: 6);
        var text = Text(new Random(6), length: 12);
        var exact = Explain(network, text, 50);

        network.Parameters.PrepareForInference(new ComputeOptions(Dtype: ComputeOptions.BFloat16));
        var rough = Explain(network, text, 50);

        var largest = exact.Attributions.Max(Math.Abs);
        Assert.All(exact.Attributions.Zip(rough.Attributions), pair => Assert.Equal(pair.First, pair.Second, 0.2 * largest));
    }

    private static PathIntegral Explain(MultiTaskNetwork network, EncodedText text, int points) =>
        new IntegratedGradients(network.Encoder, CPU)
            .Compute(text, Baseline(text), (words, batch) => Output(network, words, batch), points);

    private static Tensor Output(MultiTaskNetwork network, Tensor words, PackedBatch batch) =>
        network.ComputeLogits(network.Encoder.Forward(batch, words), batch, network.Heads[0], 0).select(1, 1);

    private static double Logit(MultiTaskNetwork network, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create([ids], CPU);
        return Output(network, network.Encoder.EmbedWords(batch.Ids), batch).item<float>();
    }

    private static EncodedText Text(Random random, int length)
        => new([2, .. Enumerable.Range(0, length - 2).Select(_ => random.Next(5, Vocabulary)), 3], false);

    private static int[] Baseline(EncodedText text) => [text.Ids[0], .. Enumerable.Repeat(Mask, text.Length - 2), text.Ids[^1]];

    private static MultiTaskNetwork Network(string type, string pooling, int seed)
    {
        HeadManifest[] heads = [new() { Name = "a", Labels = ["x", "y", "z"], Pooling = pooling }];
        var config = new EncoderConfig
        {
            ModelType = type,
            VocabularySize = Vocabulary,
            HiddenSize = 16,
            Layers = 2,
            AttentionHeads = 2,
            IntermediateSize = 32,
            MaxPositions = 64,
            TokenTypes = type == EncoderConfig.DistilBert ? 0 : 2,
            FirstPosition = type == EncoderConfig.Roberta ? 2 : 0,
        };
        using var generator = new Generator((ulong)seed, CPU);
        var network = new MultiTaskNetwork(config, heads, ParameterInitializer.Create(config, heads, generator));
        using var scale = 5f.ToScalar();
        foreach (var (_, weight) in network.Parameters.Tensors)
        {
            weight.mul_(scale); // new weights are so small that all texts would have similar logits
        }
        return network;
    }
}
