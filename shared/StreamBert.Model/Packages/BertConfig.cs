using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBert.Model.Packages;

/// <summary>The sizes of a BERT encoder: <c>config.json</c> of the Hugging Face layout.</summary>
public sealed record BertConfig
{
    [JsonPropertyName("model_type")] public string ModelType { get; init; } = "bert";
    [JsonPropertyName("architectures")] public IReadOnlyList<string> Architectures { get; init; } = ["BertForSequenceClassification"];
    [JsonPropertyName("vocab_size")] public required int VocabularySize { get; init; }
    [JsonPropertyName("hidden_size")] public required int HiddenSize { get; init; }
    [JsonPropertyName("num_hidden_layers")] public required int Layers { get; init; }
    [JsonPropertyName("num_attention_heads")] public required int AttentionHeads { get; init; }
    [JsonPropertyName("intermediate_size")] public required int IntermediateSize { get; init; }
    [JsonPropertyName("hidden_act")] public string Activation { get; init; } = "gelu";
    [JsonPropertyName("max_position_embeddings")] public int MaxPositions { get; init; } = 512;
    [JsonPropertyName("type_vocab_size")] public int TokenTypes { get; init; } = 2;
    [JsonPropertyName("layer_norm_eps")] public double LayerNormEpsilon { get; init; } = 1e-12;
    [JsonPropertyName("hidden_dropout_prob")] public double Dropout { get; init; } = 0.1;
    [JsonPropertyName("id2label")] public IReadOnlyDictionary<string, string>? LabelsById { get; init; }

    [JsonIgnore] public int HeadSize => HiddenSize / AttentionHeads;

    /// <exception cref="ModelPackageException">Not JSON, a field is missing, or the sizes cannot be.</exception>
    public static BertConfig Read(string path)
    {
        var config = PackageJson.Read<BertConfig>(path);
        if (config.ModelType != "bert") throw new ModelPackageException($"{path}: model_type '{config.ModelType}' is not supported; 'bert' is.");
        if (config.HiddenSize <= 0 || config.AttentionHeads <= 0 || config.HiddenSize % config.AttentionHeads != 0
            || config.VocabularySize <= 0 || config.Layers <= 0 || config.IntermediateSize <= 0 || config.MaxPositions <= 2)
            throw new ModelPackageException($"{path}: the sizes do not fit together (hidden_size must be a multiple of num_attention_heads, all sizes positive).");
        return config.Activation is "gelu" or "gelu_new" or "relu"
            ? config
            : throw new ModelPackageException($"{path}: hidden_act '{config.Activation}' is not supported; gelu, gelu_new and relu are.");
    }

    /// <summary>The class names of a plain checkpoint's one head, in order.</summary>
    internal IReadOnlyList<string>? Labels() =>
        LabelsById?.OrderBy(pair => int.Parse(pair.Key, System.Globalization.CultureInfo.InvariantCulture)).Select(pair => pair.Value).ToList();
}

/// <summary>JSON files of a package.</summary>
internal static class PackageJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static T Read<T>(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Options) ?? throw new JsonException("the file holds null");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path}: {e.Message}", e);
        }
    }

    public static void Write<T>(string path, T value) => File.WriteAllText(path, JsonSerializer.Serialize(value, Options) + "\n");
}
