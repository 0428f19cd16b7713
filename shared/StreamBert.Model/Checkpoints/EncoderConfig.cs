using System.Text.Json.Nodes;

namespace StreamBert.Model.Checkpoints;

/// <summary>
/// The encoder that <c>config.json</c> of the Hugging Face layout describes. BERT, DistilBERT and RoBERTa are one network: they differ in
/// tensor names, in the first position, in token types and in the dense layer before the head.
/// </summary>
internal sealed record EncoderConfig
{
    public const string Bert = "bert", DistilBert = "distilbert", Roberta = "roberta";
    public const int DefaultMaxPositions = 512, DefaultTokenTypes = 2;
    public const double DefaultLayerNormEpsilon = 1e-12;

    public string ModelType { get; init; } = Bert;

    /// <summary>Hugging Face's class name of the checkpoint, which determines its head; empty if the file does not state it.</summary>
    public string Architecture { get; init; } = "BertForSequenceClassification";

    public required int VocabularySize { get; init; }
    public required int HiddenSize { get; init; }
    public required int Layers { get; init; }
    public required int AttentionHeads { get; init; }
    public required int IntermediateSize { get; init; }
    public string Activation { get; init; } = ActivationNames.Gelu;
    public int MaxPositions { get; init; } = DefaultMaxPositions;

    /// <summary>The number of token types, which distinguish the texts of a pair; 0 if the model has none.</summary>
    public int TokenTypes { get; init; } = DefaultTokenTypes;

    public double LayerNormEpsilon { get; init; } = DefaultLayerNormEpsilon;

    /// <summary>The position of a text's first token; RoBERTa starts after its padding id.</summary>
    public int FirstPosition { get; init; }

    /// <summary>The padding id, which RoBERTa's positions skip; null for other models.</summary>
    public int? PaddingId { get; init; }

    /// <summary>
    /// <c>single_label_classification</c>, <c>multi_label_classification</c> or <c>regression</c>; null if the file does not state it.
    /// </summary>
    public string? ProblemType { get; init; }

    /// <summary>
    /// The label names of a plain checkpoint's only head, in the order of their ids; null if the file does not state them.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The size of an attention head.</summary>
    public int HeadSize => HiddenSize / AttentionHeads;

    /// <summary>The longest input in tokens, special tokens included.</summary>
    public int MaxTokens => MaxPositions - FirstPosition;

    public bool IsTokenClassification => Architecture.EndsWith("ForTokenClassification", StringComparison.Ordinal);
    public bool IsSequenceClassification => Architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal);

    /// <summary>Returns the <c>config.json</c> of a BERT encoder trained here.</summary>
    public JsonObject ToJson() => new()
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
}
