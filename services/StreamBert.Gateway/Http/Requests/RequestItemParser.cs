using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Parses the JSON of requests and reports exactly what is wrong with it.</summary>
internal static class RequestItemParser
{
    private static readonly JsonSerializerOptions Options = CreateOptions();

    /// <exception cref="ApiException">The JSON is malformed or not an object of this type.</exception>
    public static T ParseObject<T>(ReadOnlyMemory<byte> json)
    {
        using var document = Parse(json, line: 1);
        return Convert<T>(document.RootElement, "the body");
    }

    /// <summary>Parses one element. A field that resembles a known one is an error; other unknown fields are ignored and listed.</summary>
    public static ParsedItem<T> ParseItem<T>(JsonElement element, string place)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (!Utf8.IsValid(raw))
            throw ApiException.Invalid($"{place} is not valid Unicode: it contains invalid UTF-8.");
        if (!raw.Contains((byte)'\\'))
            return new(Convert<T>(element, place), FindIgnoredFields<T>(element, place), 0);
        var json = RecordJson.WithoutLoneSurrogates(raw.ToArray(), out var replaced);
        using var repaired = Parse(json, line: 1);
        return new(Convert<T>(repaired.RootElement, place), FindIgnoredFields<T>(repaired.RootElement, place), replaced);
    }

    public static IEnumerable<ParsedItem<T>> ParseJson<T>(ReadOnlyMemory<byte> body, Func<JsonElement, string, ParsedItem<T>> parseItem)
    {
        using var document = Parse(body, line: 1);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            yield return parseItem(document.RootElement, "[0]");
            yield break;
        }
        var index = 0;
        foreach (var element in document.RootElement.EnumerateArray())
            yield return parseItem(element, $"[{index++}]");
    }

    public static IEnumerable<ParsedItem<T>> ParseLines<T>(ReadOnlyMemory<byte> body, Func<JsonElement, string, ParsedItem<T>> parseItem)
    {
        var (line, index) = (1, 0);
        for (var rest = body; rest.Length > 0; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var current = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (current.Span.Trim(" \t\r"u8).IsEmpty)
                continue;
            using var document = Parse(current, line);
            yield return parseItem(document.RootElement, $"[{index++}]");
        }
    }

    /// <summary>Reads a JSON string.</summary>
    /// <exception cref="ApiException">The element is not a string, or has a lone surrogate.</exception>
    public static string ReadString(JsonElement element, string place)
    {
        try
        {
            if (element.ValueKind == JsonValueKind.String)
                return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw ApiException.Invalid($"{place} is not valid Unicode: it contains a lone surrogate or invalid UTF-8.");
        }
        throw ApiException.Invalid($"{place} is of the type '{NameOf(element)}'; a string is required.");
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Missing fields are reported by name together with all other errors, not one at a time.
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { MakeOptional, RequestJson.AcceptScalars } },
        };
        foreach (var converter in RequestJson.Converters)
            options.Converters.Add(converter);
        return options;
    }

    private static void MakeOptional(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            property.IsRequired = false;
    }

    private static List<string> FindIgnoredFields<T>(JsonElement element, string place)
    {
        var known = Options.GetTypeInfo(typeof(T)).Properties.Where(static property => property.Set is not null)
            .Select(static property => property.Name).ToList();
        var sent = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in element.EnumerateObject())
        {
            if (!sent.Add(property.Name))
                throw ApiException.Invalid($"{place} has the field '{property.Name}' twice. Nothing was accepted.");
        }
        var unknown = sent.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        var missing = known.Where(field => !sent.Contains(field)).ToList();
        var misspelt = unknown.Select(name => (Name: name, Nearest: FieldNameSuggestion.Find(name, missing)))
            .Where(static field => field.Nearest is not null)
            .Select(static field => $"'{field.Name}' (did you mean '{field.Nearest}'?)").ToList();
        return misspelt.Count == 0 ? unknown : throw ApiException.Invalid(
            $"{place} has unknown fields: {string.Join(", ", misspelt)}. Nothing was accepted; the fields are {string.Join(", ", known)}.");
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json, int line)
    {
        try
        {
            return JsonDocument.Parse(json.Span.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json);
        }
        catch (JsonException malformed)
        {
            var reason = malformed.Message.Split(" LineNumber:")[0];
            throw ApiException.Malformed(
                $"At line {line + (malformed.LineNumber ?? 0)}, byte {(malformed.BytePositionInLine ?? 0) + 1}: {reason} The body must "
                    + "be UTF-8 JSON.");
        }
    }

    private static T Convert<T>(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw ApiException.Invalid($"{place} is of the type '{NameOf(element)}'; an object is required.");
        try
        {
            return element.Deserialize<T>(Options)!;
        }
        catch (FieldValueException invalid)
        {
            throw ApiException.Invalid($"{place}{invalid.Path?.TrimStart('$')} {invalid.Message}");
        }
        catch (JsonException invalid)
        {
            throw ApiException.Invalid(
                $"{place}{invalid.Path?.TrimStart('$')} has the wrong type or format: "
                    + $"{invalid.InnerException?.Message ?? "see the description of the API at /docs."}");
        }
    }

    private static string NameOf(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant();
}
