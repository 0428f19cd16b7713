using System.Text.Json;
using System.Text.Json.Serialization;
using StackExchange.Redis;
using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Layout;

/// <summary>Converts the keys of series to and from the JSON that the store holds.</summary>
internal static class SeriesJson
{
    public static byte[] Serialize(SeriesKey series) => JsonSerializer.SerializeToUtf8Bytes(series, SeriesJsonContext.Default.SeriesKey);

    public static string ToText(SeriesKey series) => JsonSerializer.Serialize(series, SeriesJsonContext.Default.SeriesKey);

    public static SeriesKey Deserialize(RedisValue json) => JsonSerializer.Deserialize((byte[])json!, SeriesJsonContext.Default.SeriesKey)!;

    /// <exception cref="JsonException">The text is not the key of a series.</exception>
    public static SeriesKey? Parse(string json) => JsonSerializer.Deserialize(json, SeriesJsonContext.Default.SeriesKey);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SeriesKey))]
internal sealed partial class SeriesJsonContext : JsonSerializerContext;
