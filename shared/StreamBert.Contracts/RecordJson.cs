using System.Text;
using System.Text.Json;

namespace StreamBert.Contracts;

/// <summary>A producer's JSON, read by the paths of a <see cref="FieldMapping"/>: everybody who reads it finds the same fields.</summary>
public static class RecordJson
{
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonDocument Parse(byte[] value) => JsonDocument.Parse(WithoutMark(value));

    /// <summary>Some writers put a byte-order mark before the JSON.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(byte[] value) =>
        value.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? value.AsMemory(Encoding.UTF8.Preamble.Length) : value;

    /// <summary>The element at a dotted path, or at a field whose own name has those dots; absent and null are one.</summary>
    public static JsonElement? Find(JsonElement root, string? path)
    {
        if (path is null || root.ValueKind != JsonValueKind.Object)
            return null;
        if (!root.TryGetProperty(path, out var element) && !Walk(root, path, out element))
            return null;
        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    /// <summary>A string, number or truth value as text; null for what is none.</summary>
    /// <exception cref="InvalidOperationException">A string that is not valid Unicode.</exception>
    public static string? Scalar(JsonElement? element) => element?.ValueKind switch
    {
        JsonValueKind.String => element.Value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.Value.GetRawText(),
        _ => null,
    };

    private static bool Walk(JsonElement root, string path, out JsonElement element)
    {
        element = root;
        foreach (var step in path.AsSpan().Split('.'))
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(path.AsSpan(step), out element))
                return false;
        return true;
    }
}
