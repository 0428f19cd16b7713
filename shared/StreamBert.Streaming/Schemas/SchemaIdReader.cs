using Confluent.SchemaRegistry;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Schemas;

/// <summary>Reads the id of a record's schema, from the prefix of its value or from a header.</summary>
internal static class SchemaIdReader
{
    public static async Task<Schema> FindAsync(ISchemaRegistryClient client, LogRecord record)
    {
        var id = new SchemaId(SchemaType.Avro);
        id.FromBytes(record.Headers.GetValueOrDefault(SchemaFrame.Header) ?? record.Value);
        return id.Id is { } number ? await client.GetSchemaAsync(number, null) : await client.GetSchemaByGuidAsync($"{id.Guid}", null);
    }

    /// <summary>Returns the path of the message's type in the schema, and the message.</summary>
    public static (IReadOnlyList<int> Path, ReadOnlyMemory<byte> Message) ReadMessage(LogRecord record)
    {
        var id = new SchemaId(SchemaType.Protobuf);
        if (!record.Headers.TryGetValue(SchemaFrame.Header, out var header))
            return id.FromBytes(record.Value) is var message ? (id.MessageIndexes, message) : default;
        id.FromBytes(header);
        return (id.MessageIndexes, record.Value);
    }
}
