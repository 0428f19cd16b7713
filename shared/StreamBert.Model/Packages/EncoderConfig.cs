using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamBert.Model.Packages;

/// <summary>
/// The shape of an encoder as <c>config.json</c> of the Hugging Face layout gives it. BERT, DistilBERT and RoBERTa are one network: they
/// differ in
/// names, in where positions start, in token types and in the dense layer before the head.
/// </summary>
public sealed record EncoderConfig
{
    public const string Bert = "bert", DistilBert = "distilbert", Roberta = "roberta";

    public string ModelType { get; init; } = Bert;

    /// <summary>
    /// Hugging Face's name of the class the checkpoint was saved from; it says which head there is. Empty where the file does not say.
    /// </summary>
    public string Architecture { get; init; } = "BertForSequenceClassification";
    public required int VocabularySize { get; init; }
    public required int HiddenSize { get; init; }
    public required int Layers { get; init; }
    public required int AttentionHeads { get; init; }
    public required int IntermediateSize { get; init; }
    public string Activation { get; init; } = ActivationNames.Gelu;
    public int MaxPositions { get; init; } = 512;

    /// <summary>Rows of the table that tells the first text of a pair from the second; 0: the model has none.</summary>
    public int TokenTypes { get; init; } = 2;
    public double LayerNormEpsilon { get; init; } = 1e-12;

    /// <summary>The position of a text's first token: RoBERTa counts on from its padding id.</summary>
    public int FirstPosition { get; init; }

    /// <summary>The padding id where positions skip it, as RoBERTa's do; null elsewhere.</summary>
    public int? PaddingId { get; init; }

    /// <summary>
    /// <c>single_label_classification</c>, <c>multi_label_classification</c>, <c>regression</c>, or null where the file does not say.
    /// </summary>
    public string? ProblemType { get; init; }

    /// <summary>The names of the one head of a plain checkpoint, in order; null where the file does not say.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    public int HeadSize => HiddenSize / AttentionHeads;

    /// <summary>Longest input in tokens, special tokens included.</summary>
    public int MaxTokens => MaxPositions - FirstPosition;

    public bool ClassifiesTokens => Architecture.EndsWith("ForTokenClassification", StringComparison.Ordinal);
    public bool ClassifiesTexts => Architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal);

    /// <exception cref="ModelPackageException">Not JSON, a field is missing, or the sizes cannot be.</exception>
    public static EncoderConfig Read(string path)
    {
        try
        {
            return ReadFields(path);
        }
        catch (InvalidOperationException e)
        {
            throw new ModelPackageException($"{path} holds text that is no valid Unicode.", e); // which shows only when it is looked at
        }
    }

    private static EncoderConfig ReadFields(string path)
    {
        var fields = new ConfigFields(path, PackageJson.Read<JsonObject>(path));
        var config = fields.Text("model_type", "") switch
        {
            Bert => Common(fields),
            Roberta when fields.Number("pad_token_id", 1) is var padding => Common(fields) with
            {
                FirstPosition = padding
                + 1,
                PaddingId = padding
            },
            DistilBert => Distilled(fields),
            var other => throw fields.Error($"model_type '{other}' is not supported; bert, distilbert and roberta are"),
        };
        config.Check(fields);
        return config;
    }

    /// <summary>The file of a BERT encoder of our own making.</summary>
    internal JsonObject ToJson() => new()
    {
        ["architectures"] = new JsonArray(Architecture),
        ["model_type"] = ModelType,
        ["vocab_size"] = VocabularySize,
        ["hidden_size"] = HiddenSize,
        ["num_hidden_layers"] = Layers,
        ["num_attention_heads"] = AttentionHeads,
        ["intermediate_size"] = IntermediateSize,
        ["hidden_act"] = Activation,
        ["max_position_embeddings"] = MaxPositions,
        ["type_vocab_size"] = TokenTypes,
        ["layer_norm_eps"] = LayerNormEpsilon,
    };

    private static EncoderConfig Common(ConfigFields fields) => new()
    {
        ModelType = fields.Text("model_type", Bert),
        Architecture = fields.First("architectures"),
        VocabularySize = fields.Number("vocab_size"),
        HiddenSize = fields.Number("hidden_size"),
        Layers = fields.Number("num_hidden_layers"),
        AttentionHeads = fields.Number("num_attention_heads"),
        IntermediateSize = fields.Number("intermediate_size"),
        Activation = fields.Text("hidden_act", ActivationNames.Gelu),
        MaxPositions = fields.Number("max_position_embeddings", 512),
        TokenTypes = fields.Number("type_vocab_size", 2),
        LayerNormEpsilon = fields.Real("layer_norm_eps", 1e-12),
        ProblemType = fields.Text("problem_type", null),
        Labels = fields.Labels(),
    };

    private static EncoderConfig Distilled(ConfigFields fields) => new()
    {
        ModelType = DistilBert,
        Architecture = fields.First("architectures"),
        VocabularySize = fields.Number("vocab_size"),
        HiddenSize = fields.Number("dim"),
        Layers = fields.Number("n_layers"),
        AttentionHeads = fields.Number("n_heads"),
        IntermediateSize = fields.Number("hidden_dim"),
        Activation = fields.Text("activation", ActivationNames.Gelu),
        MaxPositions = fields.Number("max_position_embeddings", 512),
        TokenTypes = 0,
        ProblemType = fields.Text("problem_type", null),
        Labels = fields.Labels(),
    };

    private void Check(ConfigFields fields)
    {
        if (HiddenSize <= 0 || AttentionHeads <= 0 || HiddenSize % AttentionHeads != 0
            || VocabularySize <= 0 || Layers <= 0 || IntermediateSize <= 0 || MaxTokens <= 2 || TokenTypes < 0 || FirstPosition < 0)
        {
            throw fields.Error(
                "the sizes do not fit together (the hidden size must be a multiple of the attention heads, all sizes positive)");
        }

        if (fields.Flag("is_decoder"))
        {
            throw fields.Error(
            "is_decoder true is not supported: the model would not see the words that follow; false is");
        }

        if (fields.Text("position_embedding_type", "absolute") is not "absolute" and var kind)
            throw fields.Error($"position_embedding_type '{kind}' is not supported; absolute is");
        if (!ActivationNames.All.Contains(Activation))
            throw fields.Error($"the activation '{Activation}' is not supported; {string.Join(", ", ActivationNames.All)} are");
    }

    /// <summary>The values of one file, with errors that name file and field.</summary>
    private sealed class ConfigFields(string path, JsonObject json)
    {
        public ModelPackageException Error(string what) => new($"{path}: {what}.");

        public int Number(string name, int? fallback = null) => (int)Real(name, fallback);

        public double Real(string name, double? fallback) => json[name] switch
        {
            null => fallback ?? throw Error($"{name} is missing"),
            JsonValue value when value.TryGetValue(out double number) && Math.Abs(number) < int.MaxValue => number,
            _ => throw Error($"{name} is no number in range"),
        };

        [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(fallback))]
        public string? Text(string name, string? fallback) => json[name] switch
        {
            null => fallback,
            JsonValue value when value.TryGetValue(out string? text) => text,
            _ => throw Error($"{name} is no text"),
        };

        public bool Flag(string name) => json[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;

        /// <summary>The first text of a list, or the text itself; empty where the file does not say.</summary>
        public string First(string name) =>
            (json[name] is JsonArray { Count: > 0 } array ? array[0] : json[name]) is JsonValue value && value.TryGetValue(out string? text)
                ? text
                : "";

        /// <summary>
        /// The names of the labels in the order of their ids, which must run from 0 without a gap; null where the file does not say.
        /// </summary>
        public IReadOnlyList<string>? Labels()
        {
            if (Named() is not { Count: > 0 } named)
                return Number("num_labels", Number("_num_labels", 0)) is not 0 and var count ? Unnamed(count) : null;
            var labels = new string[named.Count];
            foreach (var (id, label) in named)
            {
                if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at >= labels.Length
                    || labels[at] is not null)
                {
                    throw Error($"id2label names the label '{id}'; the ids must run from 0 to {labels.Length - 1} without a gap");
                }

                labels[at] = label;
            }

            if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Length) throw Error("id2label gives two ids the same name");
            return labels;
        }

        /// <summary>Ids and names of <c>id2label</c>, else of <c>label2id</c>.</summary>
        private List<(string Id, string Label)>? Named() => json["id2label"] is JsonObject { Count: > 0 } byId
            ? [.. byId.Select(
                pair => (pair.Key, pair.Value is null ? DefaultName(pair.Key) : Written(pair.Value, $"id2label gives '{pair.Key}' no name")))]
            : (json["label2id"] as JsonObject)?.Select(pair => (Written(pair.Value, $"label2id gives '{pair.Key}' no id"), pair.Key))
                .ToList();

        /// <summary>A text, or a number as it is written.</summary>
        private string Written(JsonNode? node, string otherwise) => node?.GetValueKind() switch
        {
            JsonValueKind.String => (string)node!,
            JsonValueKind.Number => node.ToJsonString(),
            _ => throw Error(otherwise),
        };

        private static string DefaultName(string id) => $"LABEL_{id}";

        private string[] Unnamed(int count) =>
            count is > 0 and <= 10_000
                ? [.. Enumerable.Range(0, count).Select(static i => DefaultName(i.ToString(CultureInfo.InvariantCulture)))]
                : throw Error($"num_labels is {count}");
    }
}

/// <summary>The activations of the feed-forward layers by Hugging Face's names.</summary>
public static class ActivationNames
{
    public const string Gelu = "gelu", Relu = "relu", Silu = "silu", Swish = "swish", Tanh = "tanh", QuickGelu = "quick_gelu";

    /// <summary>Names of the tanh approximation of GELU (Hendrycks and Gimpel 2016).</summary>
    public static readonly IReadOnlyList<string> TanhGelu = ["gelu_new", "gelu_pytorch_tanh", "gelu_fast"];

    public static readonly IReadOnlyList<string> All = [Gelu, .. TanhGelu, QuickGelu, Relu, Silu, Swish, Tanh];
}
