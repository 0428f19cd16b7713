using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Outcomes;

/// <summary>What a verification needs of a prediction, its copy or a dead letter; the rest of the JSON is passed over.</summary>
internal sealed record OutputMark
{
    public string? Id { get; init; }
    public RecordOrigin? Origin { get; init; }
    public IReadOnlyList<string>? Routes { get; init; }

    /// <returns>Null if <paramref name="mark"/> tells of which record it is the outcome; else what is wrong with the record.</returns>
    public static RecordFault? Read(LogRecord record, out OutputMark mark)
    {
        mark = null!;
        if (EventReader.Damage(record) is { } damage)
            return damage;
        try
        {
            if (record.Value is null || JsonSerializer.Deserialize(record.Value, MarkContext.Default.OutputMark) is not
                {
                    Origin:
                    {
                        Topic
                .Length: > 0, Partition: >= 0, Offset: >= 0
                    }
                } read)
            {
                return EventReader.Bad("no outcome of a record");
            }

            mark = read;
            return null;
        }
        catch (Exception e) when (RecordErrors.MayBeOfRecord(e))
        {
            return new(DeadLetterReasons.BadEvent, "no outcome of a record", e);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OutputMark))]
internal sealed partial class MarkContext : JsonSerializerContext;
