using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using TorchSharp;

namespace StreamBert.Tests.Inference.Serving;

/// <summary>Writes a complete model package of a few kilobytes with random weights and one token per letter.</summary>
internal static class TinyPackage
{
    public static void Write(string directory, string version, params string[] heads) =>
        Write(
            directory,
            version,
            [.. heads.Select(static head => new HeadManifest { Name = head, Labels = ["negative", "neutral", "positive"] })]);

    public static void Write(string directory, string version, HeadManifest[] manifests)
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Letters(""), .. Letters("##")];
        var config = new EncoderConfig
        {
            VocabularySize = vocabulary.Length,
            HiddenSize = 8,
            Layers = 1,
            AttentionHeads = 2,
            IntermediateSize = 16,
            MaxPositions = 64
        };
        using var generator = new torch.Generator(7, torch.CPU);
        using var network = new MultiTaskNetwork(config, manifests, ParameterInitializer.Create(config, manifests, generator));
        ModelPackage.Save(directory, network, vocabulary, new() { Version = version, Heads = manifests, MaxTokens = 64 });
    }

    private static IEnumerable<string> Letters(string prefix) => Enumerable.Range('a', 26).Select(letter => $"{prefix}{(char)letter}");
}
