using System.Text.Json.Nodes;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Heads;

/// <summary>
/// A plain checkpoint with random weights for natural-language inference, in the Hugging Face layout, without a <c>streambert.json</c>.
/// </summary>
internal static class NliCheckpoint
{
    private static readonly string[] Words
        = ["oil", "prices", "fall", "banks", "rise", "this", "example", "is", "about", ".", "energy", "money", "sport", "the", "news"];

    public static void Save(string directory, params string[] judgements)
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Words];
        HeadManifest[] heads = [new() { Name = "label", Labels = judgements, Pooling = Pooling.Cls }];
        var config = new EncoderConfig
        {
            VocabularySize = vocabulary.Length,
            HiddenSize = 32,
            Layers = 2,
            AttentionHeads = 2,
            IntermediateSize = 64,
            MaxPositions = 40,
        };
        using var generator = new Generator(11, CPU);
        using var weights = ParameterInitializer.Create(config, heads, generator);
        using var scale = 5f.ToScalar();
        foreach (var (_, weight) in weights.Tensors)
        {
            weight.mul_(scale); // new weights are so small that all texts would have similar logits
        }
        SafeTensorsWriter.Write(Path.Combine(directory, "model.safetensors"),
            [.. StateDictSerializer.ToCheckpoint(weights, config).Select(
                static tensor => (tensor.Name.Replace("heads.label", "classifier", StringComparison.Ordinal), tensor.Value))],
                    isHalf: false);
        File.WriteAllLines(Path.Combine(directory, "vocab.txt"), vocabulary);
        var json = config.ToJson();
        json["id2label"] = new JsonObject(judgements.Select(
            static (name, id) => KeyValuePair.Create(id.ToString(System.Globalization.CultureInfo.InvariantCulture), (JsonNode?)name)));
        File.WriteAllText(Path.Combine(directory, "config.json"), json.ToJsonString());
    }
}
