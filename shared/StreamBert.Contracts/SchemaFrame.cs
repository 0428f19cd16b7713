using System.Buffers.Binary;

namespace StreamBert.Contracts;

/// <summary>
/// The prefix that Confluent's serializers put before a value: a zero byte, and the id of the value's schema in the registry.
/// </summary>
public static class SchemaFrame
{
    /// <summary>The header that carries the id instead of a prefix.</summary>
    public const string Header = "__value_schema_id";
    private const int PrefixLength = 5;

    /// <summary>Whether a value carries the id of a schema and is no JSON: Avro, or Protobuf.</summary>
    /// <param name="body">The value without its prefix.</param>
    public static bool NeedsSchema(IReadOnlyDictionary<string, byte[]> headers, byte[] value, ReadOnlySpan<byte> body) =>
        (TryRead(value, out _, out _) || headers.ContainsKey(Header)) && !LooksLikeJson(body);

    /// <summary>The schema's id, as a message names it.</summary>
    public static string Describe(IReadOnlyDictionary<string, byte[]> headers, byte[] value) =>
        TryRead(value, out var id, out _) ? $"{id}"
        : headers.TryGetValue(Header, out var guid) && guid.Length == 17
            ? $"{new Guid(guid.AsSpan(1), bigEndian: true)}"
            : "(its id cannot be read)";

    /// <summary>Avro and Protobuf begin with a length or a number; none of theirs that mean something is an opening brace.</summary>
    private static bool LooksLikeJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    /// <param name="body">What stands after the prefix.</param>
    public static bool TryRead(byte[] value, out int schemaId, out ReadOnlyMemory<byte> body)
    {
        var has = value.Length > PrefixLength && value[0] == 0 && !value.AsSpan(1).StartsWith("{\0"u8); // that would be JSON in UTF-16
        schemaId = has ? BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1)) : 0;
        body = has ? value.AsMemory(PrefixLength) : default;
        return has;
    }
}
