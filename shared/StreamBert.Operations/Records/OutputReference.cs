using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Records;

/// <summary>
/// Holds the fields of a prediction, of its copy on a route or of a dead letter that name the input record it was made from.
/// </summary>
internal sealed record OutputReference
{
    public string? Id { get; init; }
    public required RecordPosition Origin { get; init; }
    public IReadOnlyList<string>? Routes { get; init; }

    /// <summary>Reads the reference from a record of an output topic and ignores the rest of its JSON.</summary>
    public static bool TryRead(
        LogRecord record, [NotNullWhen(true)] out OutputReference? reference, [NotNullWhen(false)] out RecordFault? fault) =>
        JsonRecord.TryRead(
            record, OutputReferenceContext.Default.OutputReference,
            static read => read.Origin is { Topic.Length: > 0, Partition: >= 0, Offset: >= 0 },
            "an outcome of a record", out reference, out fault);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OutputReference))]
internal sealed partial class OutputReferenceContext : JsonSerializerContext;
