using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Benchmarking;

/// <summary>
/// Writes packages with random weights for speed measurements: the speed of an encoder does not depend on what it has learned.
/// </summary>
public static class RandomModel
{
    /// <summary>Writes a package with one head of three labels, and the tokenizer of another package.</summary>
    /// <param name="shape">The size of the encoder.</param>
    /// <param name="tokenizerDirectory">The directory of the package whose <c>vocab.txt</c> is used.</param>
    /// <param name="directory">The directory of the new package.</param>
    /// <exception cref="ModelPackageException">The other package has no <c>vocab.txt</c>, or it cannot be read.</exception>
    public static void Write(EncoderShape shape, string tokenizerDirectory, string directory)
    {
        var vocabulary = TokenizerFileReader.ReadLines(Path.Combine(tokenizerDirectory, "vocab.txt"));
        var manifest = ModelPackage.ReadManifest(tokenizerDirectory);
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
        using var network = new MultiTaskNetwork(config, heads, ParameterInitializer.Create(config, heads, generator));
        ModelPackage.Save(directory, network, vocabulary, new PackageManifest
        {
            Version = $"random-{shape}",
            Heads = heads,
            MaxTokens = 128,
            Lowercase = manifest.Lowercase,
            CollapseUrls = manifest.CollapseUrls,
        });
    }
}
