using StreamBert.Contracts;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using static TorchSharp.torch;

namespace StreamBert.Tests.Training;

/// <summary>Writes a model package of a few kilobytes: two layers, a vocabulary of a few words, random weights.</summary>
internal static class TinyModel
{
    public static readonly string[] Sentiments = ["negative", "neutral", "positive"];
    public static readonly string[] Topics = ["oil", "banks"];
    private static readonly string[] Words = ["good", "bad", "plain", "oil", "bank", "prices", "today", "report", "shares", "the"];

    public static void Save(string directory, string version, params ClassificationReport[] reports)
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Words, .. Enumerable.Range(0, 100)
            .Select(static n => $"n{n}")];
        HeadManifest[] heads = [new() { Name = "sentiment", Labels = Sentiments }, new() { Name = "topic", Labels = Topics }];
        var config = new EncoderConfig
        {
            VocabularySize = vocabulary.Length,
            HiddenSize = 32,
            Layers = 2,
            AttentionHeads = 2,
            IntermediateSize = 64,
            MaxPositions = 32,
        };
        using var generator = new Generator(7, CPU);
        using var network = new MultiTaskNetwork(config, heads, ParameterInitializer.Create(config, heads, generator));
        ModelPackage.Save(directory, network, vocabulary, new() { Version = version, Heads = heads, MaxTokens = 32, Reports = reports });
    }
}
