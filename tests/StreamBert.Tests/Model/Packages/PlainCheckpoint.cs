using System.Globalization;
using System.Text.Json.Nodes;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Packages;

/// <summary>
/// A tiny checkpoint with random weights like a published one: no <c>streambert.json</c>, tensors under Hugging Face's names.
/// </summary>
internal static class PlainCheckpoint
{
    public static readonly string[] Labels = ["negative", "neutral", "positive"];
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "oil", "prices", "fall", "rise", "."];

    /// <param name="rename">The name of a tensor in the file; null: Hugging Face's current name. An empty name omits the tensor.</param>
    /// <param name="edit">Changes <c>config.json</c>.</param>
    public static void Write(
        string directory,
        Func<string, string>? rename = null,
        Action<JsonObject>? edit = null,
        string architecture = "BertForSequenceClassification",
        string modelType = EncoderConfig.Bert)
    {
        Directory.CreateDirectory(directory);
        var config = Config(modelType, architecture);
        HeadManifest[] heads = [new() {
            Name = "label",
            Labels = Labels,
            Pooling = config.IsSequenceClassification ? Pooling.Cls : Pooling.None,
            Task = config.IsSequenceClassification ? HeadTask.SingleLabel : HeadTask.TokenClassification }];
        using var generator = new Generator(3, CPU);
        using var weights = ParameterInitializer.Create(config, heads, generator);
        using var scale = 5f.ToScalar();
        foreach (var (_, weight) in weights.Tensors)
        {
            weight.mul_(scale); // new weights are so small that all texts would have similar logits
        }
        var head = config.ModelType == EncoderConfig.Roberta && config.IsSequenceClassification ? "classifier.out_proj" : "classifier";
        SafeTensorsWriter.Write(Path.Combine(directory, "model.safetensors"),
            [.. StateDictSerializer.ToCheckpoint(weights, config).Select(tensor => (Name: (rename ?? (static name => name))(
                tensor.Name.Replace("heads.label", head, StringComparison.Ordinal)), tensor.Value))
                    .Where(static tensor => tensor.Name.Length > 0)], isHalf: false);
        File.WriteAllLines(Path.Combine(directory, "vocab.txt"), Vocabulary);
        var json = Json(config);
        edit?.Invoke(json);
        File.WriteAllText(Path.Combine(directory, "config.json"), json.ToJsonString());
    }

    private static EncoderConfig Config(string modelType, string architecture) => new()
    {
        ModelType = modelType,
        Architecture = architecture,
        VocabularySize = Vocabulary.Length,
        HiddenSize = 8,
        Layers = 1,
        AttentionHeads = 2,
        IntermediateSize = 16,
        MaxPositions = 32,
        TokenTypes = modelType switch { EncoderConfig.Bert => 2, EncoderConfig.Roberta => 1, _ => 0 },
    };

    private static JsonObject Json(EncoderConfig config)
    {
        var json = config.ToJson();
        json["id2label"] = new JsonObject(
            Labels.Select(static (name, id) => KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)name)));
        if (config.ModelType != EncoderConfig.DistilBert) return json;
        foreach (var (ours, theirs) in new (string, string)[] {
            ("hidden_size", "dim"),
            ("num_hidden_layers", "n_layers"),
            ("num_attention_heads", "n_heads"),
            ("intermediate_size", "hidden_dim") })
        {
            json[theirs] = json[ours]!.DeepClone();
            json.Remove(ours);
        }

        return json;
    }
}
