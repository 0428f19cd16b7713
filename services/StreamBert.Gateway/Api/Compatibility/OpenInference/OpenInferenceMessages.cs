using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBert.Gateway.Api.Compatibility.OpenInference;

// The JSON of the Open Inference Protocol, version 2, REST.

internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions);

internal sealed record ServerLive(bool Live);

internal sealed record ServerReady(bool Ready);

internal sealed record ModelReady(string Name, bool Ready);

internal sealed record ModelMetadata(
    string Name, IReadOnlyList<string>? Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs,
        IReadOnlyList<TensorMetadata> Outputs);

internal sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<int> Shape);

internal sealed record InferRequest
{
    [Description("The id of the response.")]
    public string? Id { get; init; }

    [Description("One tensor of texts.")]
    public required IReadOnlyList<InferInput> Inputs { get; init; }

    [Description("The requested outputs; default: all.")]
    public IReadOnlyList<RequestedOutput>? Outputs { get; init; }
}

internal sealed record InferInput
{
    public required string Name { get; init; }

    [Description("[n] or [n, 1].")]
    public required IReadOnlyList<long> Shape { get; init; }

    [Description("BYTES.")]
    public required string Datatype { get; init; }

    [Description("The texts: an array of strings, flat or nested as the shape says.")]
    public JsonElement Data { get; init; }
    public InferParameters? Parameters { get; init; }
}

internal sealed record InferParameters
{
    [JsonPropertyName("binary_data_size"),
        Description("The number of bytes of this tensor after the JSON, as Triton clients send it; data is then absent.")]
    public int? BinaryDataSize { get; init; }
}

internal sealed record RequestedOutput(string Name);

internal sealed record InferResponse(
    [property: JsonPropertyName("model_name")] string ModelName,
    [property: JsonPropertyName("model_version")] string ModelVersion,
    string? Id,
    IReadOnlyList<InferOutput> Outputs);

/// <param name="Data">Numbers or strings, row by row.</param>
internal sealed record InferOutput(string Name, string Datatype, IReadOnlyList<int> Shape, IReadOnlyList<object> Data);

internal sealed record OpenInferenceError(string Error);
