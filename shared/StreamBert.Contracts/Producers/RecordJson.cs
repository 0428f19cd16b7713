using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamBert.Contracts;

/// <summary>Reads a producer's JSON by the paths of a <see cref="FieldMapping"/>.</summary>
public static class RecordJson
{
    private const int EscapeLength = 6; // \uXXXX
    private static readonly byte[] Replacement = [.. @"\ufffd"u8];

    /// <summary>Parses a value.</summary>
    /// <exception cref="JsonException">The value is not JSON.</exception>
    public static JsonDocument Parse(byte[] value) => JsonDocument.Parse(WithoutLoneSurrogates(Body(value), out _));

    /// <summary>Returns the JSON of a value without the prefixes of some serializers: the id of a schema, a byte-order mark.</summary>
    public static ReadOnlyMemory<byte> Body(byte[] value)
    {
        var body = SchemaFrame.TryRead(value, out _, out var framed) ? framed : value;
        return body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
    }

    /// <summary>Replaces every unpaired surrogate escape by U+FFFD, as the model reads it.</summary>
    /// <returns>The same bytes if there is none.</returns>
    public static ReadOnlyMemory<byte> WithoutLoneSurrogates(ReadOnlyMemory<byte> json, out int replaced)
    {
        byte[]? copy = null;
        replaced = 0;
        for (var at = NextEscape(json.Span, 0); at >= 0; at = NextEscape(json.Span, at))
        {
            var (first, second) = (Unit(json.Span, at), Unit(json.Span, at + EscapeLength));
            if (first is >= 0xD800 and < 0xDC00 && second is >= 0xDC00 and < 0xE000)
            {
                at += 2 * EscapeLength;
            }
            else if (first is >= 0xD800 and < 0xE000)
            {
                Replacement.CopyTo(copy ??= json.ToArray(), at);
                replaced++;
                at += EscapeLength;
            }
            else
            {
                at += 2; // another escape: both its characters, so that a second backslash starts none
            }
        }
        return copy ?? json;
    }

    /// <summary>
    /// Returns the element at a dotted path, or at a field whose name contains those dots; a number in a path is an index of an array. Null
    /// if the element is absent or null.
    /// </summary>
    public static JsonElement? Find(JsonElement root, string? path)
    {
        if (path is null || root.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            return null;
        JsonElement element = default;
        var isField = root.ValueKind == JsonValueKind.Object && root.TryGetProperty(path, out element);
        if (!isField && !Walk(root, path, out element))
            return null;
        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    /// <summary>Returns a string, number or Boolean as text, or null for another kind.</summary>
    /// <exception cref="InvalidOperationException">The string is not valid Unicode.</exception>
    public static string? Scalar(JsonElement? element) => element?.ValueKind switch
    {
        JsonValueKind.String => element.Value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.Value.GetRawText(),
        _ => null,
    };

    private static int NextEscape(ReadOnlySpan<byte> json, int from) =>
        from < json.Length && json[from..].IndexOf((byte)'\\') is >= 0 and var found ? from + found : -1;

    /// <summary>Returns the escaped UTF-16 code unit at a position, or -1.</summary>
    private static int Unit(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out var read, 'x') && read == 4 ? unit : -1;

    private static bool Walk(JsonElement root, string path, out JsonElement element)
    {
        element = root;
        foreach (var step in path.AsSpan().Split('.'))
        {
            if (!Step(ref element, path.AsSpan(step)))
                return false;
        }

        return true;
    }

    private static bool Step(ref JsonElement element, ReadOnlySpan<char> step)
    {
        if (element.ValueKind == JsonValueKind.Object)
            return element.TryGetProperty(step, out element);
        if (element.ValueKind != JsonValueKind.Array || !int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index >= element.GetArrayLength())
        {
            return false;
        }
        element = element[index];
        return true;
    }
}
