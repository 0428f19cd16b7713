using Confluent.SchemaRegistry;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Schemas;

/// <summary>The id of a record's schema, which stands before its value or in a header.</summary>
internal static class SchemaIds
{
    public static async Task<Schema> FindAsync(ISchemaRegistryClient client, LogRecord record)
    {
        var id = new SchemaId(SchemaType.Avro);
        id.FromBytes(record.Headers.GetValueOrDefault(SchemaFrame.Header) ?? record.Value);
        return id.Id is { } number ? await client.GetSchemaAsync(number, null) : await client.GetSchemaByGuidAsync($"{id.Guid}", null);
    }

    /// <summary>Where in the schema the message's type stands, and the message.</summary>
    public static (IReadOnlyList<int> Path, ReadOnlyMemory<byte> Message) OfMessage(LogRecord record)
    {
        var id = new SchemaId(SchemaType.Protobuf);
        if (!record.Headers.TryGetValue(SchemaFrame.Header, out var header))
            return id.FromBytes(record.Value) is var message ? (id.MessageIndexes, message) : default;
        id.FromBytes(header);
        return (id.MessageIndexes, record.Value);
    }
}
