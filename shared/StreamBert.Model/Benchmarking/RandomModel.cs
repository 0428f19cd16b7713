using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Benchmarking;

/// <summary>Packages with random weights, to measure speed with: how fast an encoder is does not depend on what it has learnt.</summary>
public static class RandomModel
{
    /// <summary>Writes a package of the shape with one three-label head and the tokenizer of another package.</summary>
    public static void Write(EncoderShape shape, string tokenizerFrom, string directory)
    {
        var vocabulary = TokenizerFileReader.ReadLines(Path.Combine(tokenizerFrom, "vocab.txt"));
        var like = ModelPackage.ReadManifest(tokenizerFrom);
        var config = new EncoderConfig
        {
            VocabularySize = vocabulary.Length,
            HiddenSize = shape.Hidden,
            Layers = shape.Layers,
            AttentionHeads = shape.AttentionHeads,
            IntermediateSize = shape.Intermediate,
        };
        HeadManifest[] heads = [new() { Name = "sentiment", Labels = ["negative", "neutral", "positive"], Pooling = Pooling.Cls }];
        using var generator = new Generator(7, CPU);
        using var network = new TextNetwork(config, heads, Weights.Initialize(config, heads, generator));
        ModelPackage.Save(directory, network, vocabulary,
            new PackageManifest
            {
                Version = $"random-{shape}",
                Heads = heads,
                MaxTokens = 128,
                Lowercase = like.Lowercase,
                CollapseUrls = like.CollapseUrls
            });
    }
}
