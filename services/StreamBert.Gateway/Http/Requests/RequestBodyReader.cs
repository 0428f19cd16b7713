using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Reads a body of one JSON object, a JSON array of objects, or one object a line, and says exactly what is wrong with another.
/// </summary>
internal static class RequestBodyReader
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // Missing fields are told by name with everything else that is wrong, not one at a time.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NothingRequired, RequestJson.TakeScalars } },
    };

    static RequestBodyReader()
    {
        foreach (var converter in RequestJson.Converters) Options.Converters.Add(converter);
    }

    /// <exception cref="ApiException">The body is too large, of another media type, malformed, or not of that shape.</exception>
    public static Task<IReadOnlyList<ParsedItem<T>>> ReadManyAsync<T>(HttpContext context, CancellationToken cancellation) =>
        ReadManyAsync(context, ItemOf<T>, cancellation);

    /// <param name="itemOf">Makes an item of one element of the body; it is told where that stands.</param>
    /// <inheritdoc cref="ReadManyAsync{T}(HttpContext, CancellationToken)"/>
    public static async Task<IReadOnlyList<ParsedItem<T>>> ReadManyAsync<T>(
        HttpContext context, Func<JsonElement, string, ParsedItem<T>> itemOf, CancellationToken cancellation)
    {
        var lines = IsLines(context.Request);
        var body = await ReadBytesAsync(context, cancellation);
        return Items(context, lines ? ParseLines(body, itemOf) : ParseJson(body, itemOf));
    }

    /// <summary>As many items as one request may have, and at least one.</summary>
    /// <exception cref="ApiException">There are none, or more.</exception>
    public static IReadOnlyList<ParsedItem<T>> Items<T>(HttpContext context, IEnumerable<ParsedItem<T>> read)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var items = read.Take(options.MaxItemsPerRequest + 1).ToList();
        if (items.Count == 0)
        {
            throw ApiException.Invalid(
            "The body holds nothing. Send one object, an array of objects, or one object a line.");
        }

        if (items.Count > options.MaxItemsPerRequest)
        {
            throw ApiException.TooLarge(
                $"One request takes {options.MaxItemsPerRequest:N0} items (Gateway:MaxItemsPerRequest). Send them in several.");
        }

        return items;
    }

    /// <inheritdoc cref="ReadManyAsync{T}(HttpContext, CancellationToken)"/>
    public static async Task<T> ReadOneAsync<T>(HttpContext context, CancellationToken cancellation)
        => (await ReadItemAsync<T>(context, cancellation)).Value;

    /// <inheritdoc cref="ReadManyAsync{T}(HttpContext, CancellationToken)"/>
    public static async Task<ParsedItem<T>> ReadItemAsync<T>(HttpContext context, CancellationToken cancellation) =>
        await ReadManyAsync<T>(context, cancellation) is [var one]
            ? one
            : throw ApiException.Invalid("Send one object here; /v1/texts takes many.");

    /// <summary>
    /// One JSON object, whatever media type it is declared as: for clients of other servers, which do not all declare it.
    /// </summary>
    /// <exception cref="ApiException">The body is too large, malformed, or not of that shape.</exception>
    public static async Task<T> ReadObjectAsync<T>(HttpContext context, CancellationToken cancellation)
        => ParseObject<T>(await ReadBytesAsync(context, cancellation));

    /// <inheritdoc cref="ReadObjectAsync"/>
    public static T ParseObject<T>(ReadOnlyMemory<byte> json)
    {
        using var document = Parse(json, line: 1);
        return Convert<T>(document.RootElement, "the body");
    }

    /// <summary>
    /// One element as an item. A field that is near a known one is refused; one that is like none is left out and told of.
    /// </summary>
    public static ParsedItem<T> ItemOf<T>(JsonElement element, string at)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (!Utf8.IsValid(raw)) throw ApiException.Invalid($"{at} is not valid Unicode: it holds invalid UTF-8.");
        if (!raw.Contains((byte)'\\')) return new(Convert<T>(element, at), Ignored<T>(element, at), 0);
        var json = RecordJson.WithoutLoneSurrogates(raw.ToArray(), out var replaced);
        using var repaired = Parse(json, line: 1);
        return new(Convert<T>(repaired.RootElement, at), Ignored<T>(repaired.RootElement, at), replaced);
    }

    /// <exception cref="ApiException">The body is too large.</exception>
    /// <exception cref="OverloadedException">The bodies of other requests leave no room for it.</exception>
    public static Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, CancellationToken cancellation)
    {
        var room = context.RequestServices.GetRequiredService<RequestBodyBudget>().Open();
        context.Response.RegisterForDispose(room);
        return ReadAsync(
            context.Request,
            context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.MaxBodyBytes,
            room,
            cancellation);
    }

    /// <summary>A JSON string as text.</summary>
    /// <exception cref="ApiException">It is another kind of value, or holds half a surrogate pair.</exception>
    public static string Text(JsonElement element, string at)
    {
        try
        {
            if (element.ValueKind == JsonValueKind.String) return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw ApiException.Invalid($"{at} is not valid Unicode: it holds half a surrogate pair or invalid UTF-8.");
        }
        throw ApiException.Invalid($"{at} is of the kind '{element.ValueKind.ToString().ToLowerInvariant()}'; a string is needed.");
    }

    private static List<string> Ignored<T>(JsonElement element, string at)
    {
        var known = Options.GetTypeInfo(typeof(T)).Properties.Where(static property => property.Set is not null)
            .Select(static property => property.Name)
            .ToList();
        var sent = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in element.EnumerateObject())
        {
            if (!sent.Add(property.Name))
            {
                throw ApiException.Invalid(
                $"{at} has the field '{property.Name}' twice; only one of its values could be taken. Nothing was taken in.");
            }
        }

        var unknown = sent.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        var misspelt = unknown.Select(name => (Name: name, Nearest: FieldNameSuggestion.Nearest(name, known.Where(field => !sent.Contains(field)))))
            .Where(static field => field
                .Nearest is not null).Select(static field => $"'{field.Name}' (did you mean '{field.Nearest}'?)").ToList();
        return misspelt.Count == 0 ? unknown
            : throw ApiException.Invalid($"{at} has fields that are not known: {string.Join(", ", misspelt)}. Nothing was taken in; the fields are {string.Join(", ", known)}.");
    }

    private static void NothingRequired(JsonTypeInfo type)
    {
        foreach (var property in type.Properties) property.IsRequired = false;
    }

    private static bool IsLines(HttpRequest request)
    {
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType.Value : null;
        if (MediaTypes.JsonLinesTypes.Contains(type, StringComparer.OrdinalIgnoreCase)) return true;
        if (string.Equals(type, MediaTypes.Json, StringComparison.OrdinalIgnoreCase)
            || type?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true)
        {
            return false;
        }

        throw ApiException.MediaType($"The body is declared as '{request.ContentType ?? "nothing"}'. Set Content-Type to {MediaTypes.Json} (or {MediaTypes.JsonLines} for one object a line).");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpRequest request,
        int limit,
        RequestBodyBudget.Room room,
        CancellationToken cancellation)
    {
        if (request.ContentLength > limit) throw BodyTooLarge(limit);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await ReadAsync(request.Body, buffer, cancellation) is > 0 and var read)
        {
            if (body.Length + read > limit) throw BodyTooLarge(limit);
            room.Take(read);
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>Decompresses what came compressed.</summary>
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw ApiException.Malformed($"The body is not what its Content-Encoding says, or is cut off: {e.Message}");
        }
    }

    private static ApiException BodyTooLarge(int limit) =>
        ApiException.TooLarge($"One body takes {limit:N0} bytes (Gateway:MaxBodyBytes). Send the texts in several requests.");

    private static IEnumerable<ParsedItem<T>> ParseJson<T>(ReadOnlyMemory<byte> body, Func<JsonElement, string, ParsedItem<T>> itemOf)
    {
        using var document = Parse(body, line: 1);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            yield return itemOf(document.RootElement, "[0]");
            yield break;
        }
        var index = 0;
        foreach (var element in document.RootElement.EnumerateArray()) yield return itemOf(element, $"[{index++}]");
    }

    private static IEnumerable<ParsedItem<T>> ParseLines<T>(ReadOnlyMemory<byte> body, Func<JsonElement, string, ParsedItem<T>> itemOf)
    {
        var (line, index) = (1, 0);
        for (var rest = body; rest.Length > 0; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var current = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (current.Span.Trim(" \t\r"u8).IsEmpty) continue;
            using var document = Parse(current, line);
            yield return itemOf(document.RootElement, $"[{index++}]");
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json, int line)
    {
        try
        {
            return JsonDocument.Parse(json.Span.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json);
        }
        catch (JsonException malformed)
        {
            var why = malformed.Message.Split(" LineNumber:")[0];
            throw ApiException.Malformed($"At line {line + (malformed.LineNumber ?? 0)}, byte {(malformed.BytePositionInLine ?? 0) + 1}: {why} The body must be UTF-8 JSON.");
        }
    }

    private static T Convert<T>(JsonElement element, string at)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw ApiException.Invalid($"{at} is of the kind '{element.ValueKind.ToString().ToLowerInvariant()}'; an object is needed.");
        try
        {
            return element.Deserialize<T>(Options)!;
        }
        catch (FieldValueException wrong)
        {
            throw ApiException.Invalid($"{at}{wrong.Path?.TrimStart('$')} {wrong.Message}");
        }
        catch (JsonException wrong)
        {
            throw ApiException.Invalid($"{at}{wrong.Path?.TrimStart('$')} has the wrong type or form: {wrong.InnerException?.Message ?? "see the API's description at /docs."}");
        }
    }
}
