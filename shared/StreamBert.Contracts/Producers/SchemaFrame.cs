using System.Buffers.Binary;

namespace StreamBert.Contracts;

/// <summary>Reads the prefix of Confluent's serializers: a zero byte and the id of the value's schema in the registry.</summary>
public static class SchemaFrame
{
    /// <summary>The header that contains the id instead of a prefix.</summary>
    public const string Header = "__value_schema_id";
    private const int PrefixLength = 5;

    /// <summary>Tells whether a value names a schema and is not JSON, but Avro or Protobuf.</summary>
    /// <param name="headers">The headers of the record.</param>
    /// <param name="value">The value.</param>
    /// <param name="body">The value without its prefix.</param>
    public static bool NeedsSchema(IReadOnlyDictionary<string, byte[]> headers, byte[] value, ReadOnlySpan<byte> body) =>
        (TryRead(value, out _, out _) || headers.ContainsKey(Header)) && !LooksLikeJson(body);

    /// <summary>Returns the schema's id for messages.</summary>
    public static string Describe(IReadOnlyDictionary<string, byte[]> headers, byte[] value) =>
        TryRead(value, out var id, out _) ? $"{id}"
        : headers.TryGetValue(Header, out var guid) && guid.Length == 17
            ? $"{new Guid(guid.AsSpan(1), bigEndian: true)}"
            : "(its id cannot be read)";

    /// <summary>
    /// Tells JSON from Avro and Protobuf, which begin with a length or a number that is not an opening brace in any sensible message.
    /// </summary>
    private static bool LooksLikeJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    /// <summary>Reads the prefix.</summary>
    /// <param name="value">The value.</param>
    /// <param name="schemaId">The id of the schema.</param>
    /// <param name="body">The value after the prefix.</param>
    public static bool TryRead(byte[] value, out int schemaId, out ReadOnlyMemory<byte> body)
    {
        var has = value.Length > PrefixLength && value[0] == 0 && !value.AsSpan(1).StartsWith("{\0"u8); // that would be JSON in UTF-16
        schemaId = has ? BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1)) : 0;
        body = has ? value.AsMemory(PrefixLength) : default;
        return has;
    }
}
