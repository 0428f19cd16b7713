using System.Collections.Concurrent;
using Confluent.SchemaRegistry;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Schemas;

/// <summary>Decodes Protobuf messages to JSON with the .proto text of the registry.</summary>
internal sealed class ProtobufDecoder(ISchemaRegistryClient client)
{
    private const string Main = "streambert-main.proto";
    private readonly ConcurrentDictionary<Schema, ProtobufTypes> _types = new();

    public async Task<byte[]> ToJsonAsync(LogRecord record, Schema schema)
    {
        if (!_types.TryGetValue(schema, out var types))
            _types[schema] = types = await TypesAsync(schema);
        var (path, message) = SchemaIdReader.ReadMessage(record);
        return ProtobufJsonConverter.ToJson(message, types.At(path), types);
    }

    private async Task<ProtobufTypes> TypesAsync(Schema schema)
    {
        var files = new Dictionary<string, string>();
        await AddReferencesAsync(files, schema.References);
        return ProtobufTypes.Parse(Main, schema.SchemaString, files);
    }

    private async Task AddReferencesAsync(Dictionary<string, string> files, IEnumerable<SchemaReference>? references)
    {
        foreach (var reference in references ?? [])
        {
            if (files.ContainsKey(reference.Name))
                continue;
            var schema = await client.GetRegisteredSchemaAsync(reference.Subject, reference.Version);
            files[reference.Name] = schema.SchemaString;
            await AddReferencesAsync(files, schema.References);
        }
    }
}
