using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;

namespace StreamBert.Gateway.Api.Compatibility.TextEmbeddings;

// The JSON of Hugging Face's Text Embeddings Inference, as its clients know it.

internal sealed record PredictRequest
{
    [Description("A text, an array of one text, or an array of such arrays for a batch. Pairs of texts are not supported.")]
    public required JsonElement Inputs { get; init; }

    [Description("`false`: a text with too many tokens is rejected; otherwise it is truncated.")]
    public bool? Truncate { get; init; }

    [JsonPropertyName("truncation_direction"),
        Description("`right` (default): a text is truncated at its end. `left` is not supported.")]
    public string? TruncationDirection { get; init; }

    [JsonPropertyName("raw_scores"),
        Description("Returns the logarithms of the scores: the calibrated logits up to a constant of each text.")]
    public bool RawScores { get; init; }
}

internal sealed record PredictedLabel(double Score, string Label);

internal sealed record InfoResponse
{
    [JsonPropertyName("model_id")] public required string ModelId { get; init; }
    [JsonPropertyName("model_dtype")] public required string ModelDtype { get; init; }
    [JsonPropertyName("served_model_name")] public required string ServedModelName { get; init; }
    [JsonPropertyName("model_type")] public required InfoModelType ModelType { get; init; }
    [JsonPropertyName("max_concurrent_requests")] public required int MaxConcurrentRequests { get; init; }
    [JsonPropertyName("max_input_length")] public required int MaxInputLength { get; init; }
    [JsonPropertyName("max_batch_tokens")] public required int MaxBatchTokens { get; init; }
    [JsonPropertyName("max_client_batch_size")] public required int MaxClientBatchSize { get; init; }
    [JsonPropertyName("auto_truncate")] public required bool AutoTruncate { get; init; }
    [JsonPropertyName("tokenization_workers")] public required int TokenizationWorkers { get; init; }
    public required string Version { get; init; }
}

internal sealed record InfoModelType(InfoClassifier Classifier);

internal sealed record InfoClassifier(IReadOnlyDictionary<string, string> Id2label, IReadOnlyDictionary<string, int> Label2id);

internal sealed record VertexRequest
{
    [Description("Bodies of `/predict`.")]
    public required IReadOnlyList<PredictRequest> Instances { get; init; }
}

internal sealed record VertexResponse(IReadOnlyList<object> Predictions);

/// <summary>The texts of <see cref="PredictRequest.Inputs"/>, and whether they were sent as a batch.</summary>
internal sealed record PredictInputs(IReadOnlyList<string> Texts, bool IsBatch)
{
    /// <exception cref="ApiException">They have another shape, are empty or a pair.</exception>
    public static PredictInputs From(JsonElement inputs) => inputs.ValueKind switch
    {
        JsonValueKind.Undefined => throw ApiException.Invalid("inputs is missing."),
        JsonValueKind.String => new([NotEmpty(RequestItemParser.ReadString(inputs, "inputs"))], false),
        JsonValueKind.Array when inputs.GetArrayLength() == 0 => throw Shape("inputs", 0),
        JsonValueKind.Array when inputs[0].ValueKind == JsonValueKind.String => new([One(inputs, "inputs")], false),
        JsonValueKind.Array => new([.. inputs.EnumerateArray().Select(static (element, index) => One(element, $"inputs[{index}]"))], true),
        _ => throw ApiException.Invalid("inputs must be a text, an array of one text, or an array of such arrays."),
    };

    private static string One(JsonElement element, string at)
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw ApiException.Invalid($"{at} must be an array of one text; a batch is sent as [[\"a text\"], [\"another\"]].");
        return element.GetArrayLength() switch
        {
            1 => NotEmpty(RequestItemParser.ReadString(element[0], $"{at}[0]")),
            2 => throw ApiException.Invalid(
                $"{at} is a pair of texts, and this model takes single ones; a batch is sent as [[\"a text\"], [\"another\"]]."),
            var count => throw Shape(at, count),
        };
    }

    private static string NotEmpty(string text) => text.Length > 0 ? text : throw TextEmbeddingsErrors.Empty("inputs");

    private static ApiException Shape(string at, int elements) =>
        ApiException.Invalid($"{at} has {elements} elements, where one text is needed; a batch is sent as [[\"a text\"], [\"another\"]].");
}
