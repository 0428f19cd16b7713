using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace StreamBert.Gateway.Api;

/// <summary>Reads a body of one JSON object, a JSON array of objects, or one object a line, and says exactly what is wrong with another.</summary>
internal static class RequestBody
{
    public const string Json = "application/json";
    public const string JsonLines = "application/x-ndjson";
    private static readonly string[] LineTypes = [JsonLines, "application/ndjson", "application/jsonl", "application/json-lines"];
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // Missing fields are told by name with everything else that is wrong, not one at a time.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NothingRequired } },
    };

    /// <exception cref="ApiException">The body is too large, of another media type, malformed, or not of that shape.</exception>
    public static async Task<IReadOnlyList<T>> ReadManyAsync<T>(HttpContext context, CancellationToken cancellation)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var lines = IsLines(context.Request);
        var body = await ReadAsync(context.Request, options.MaxBodyBytes, cancellation);
        var items = (lines ? ParseLines<T>(body) : ParseJson<T>(body)).Take(options.MaxItemsPerRequest + 1).ToList();
        if (items.Count == 0) throw ApiException.Invalid("The body holds nothing. Send one object, an array of objects, or one object a line.");
        if (items.Count > options.MaxItemsPerRequest)
            throw ApiException.TooLarge($"One request takes {options.MaxItemsPerRequest:N0} items (Gateway:MaxItemsPerRequest). Send them in several.");
        return items;
    }

    /// <inheritdoc cref="ReadManyAsync"/>
    public static async Task<T> ReadOneAsync<T>(HttpContext context, CancellationToken cancellation) =>
        await ReadManyAsync<T>(context, cancellation) is [var one] ? one : throw ApiException.Invalid("Send one object here; /v1/texts takes many.");

    /// <summary>One JSON object, whatever media type it is declared as: for clients of other servers, which do not all declare it.</summary>
    /// <exception cref="ApiException">The body is too large, malformed, or not of that shape.</exception>
    public static async Task<T> ReadObjectAsync<T>(HttpContext context, CancellationToken cancellation) => ParseObject<T>(await ReadBytesAsync(context, cancellation));

    /// <inheritdoc cref="ReadObjectAsync"/>
    public static T ParseObject<T>(ReadOnlyMemory<byte> json)
    {
        using var document = Parse(json, line: 1);
        return Convert<T>(document.RootElement, "the body");
    }

    /// <exception cref="ApiException">The body is too large.</exception>
    public static Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, CancellationToken cancellation) =>
        ReadAsync(context.Request, context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.MaxBodyBytes, cancellation);

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

    private static void NothingRequired(JsonTypeInfo type)
    {
        foreach (var property in type.Properties) property.IsRequired = false;
    }

    private static bool IsLines(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0)
            throw ApiException.MediaType($"The body has the encoding '{request.Headers.ContentEncoding}'; send it uncompressed.");
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType.Value : null;
        if (LineTypes.Contains(type, StringComparer.OrdinalIgnoreCase)) return true;
        if (string.Equals(type, Json, StringComparison.OrdinalIgnoreCase) || type?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true) return false;
        throw ApiException.MediaType($"The body is declared as '{request.ContentType ?? "nothing"}'. Set Content-Type to {Json} (or {JsonLines} for one object a line).");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength > limit) throw BodyTooLarge(limit);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await request.Body.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (body.Length + read > limit) throw BodyTooLarge(limit);
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static ApiException BodyTooLarge(int limit) =>
        ApiException.TooLarge($"One body takes {limit:N0} bytes (Gateway:MaxBodyBytes). Send the texts in several requests.");

    private static IEnumerable<T> ParseJson<T>(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body, line: 1);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            yield return Convert<T>(document.RootElement, "[0]");
            yield break;
        }
        var index = 0;
        foreach (var element in document.RootElement.EnumerateArray()) yield return Convert<T>(element, $"[{index++}]");
    }

    private static IEnumerable<T> ParseLines<T>(ReadOnlyMemory<byte> body)
    {
        var (line, index) = (1, 0);
        for (var rest = body; rest.Length > 0; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var current = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (current.Span.Trim(" \t\r"u8).IsEmpty) continue;
            using var document = Parse(current, line);
            yield return Convert<T>(document.RootElement, $"[{index++}]");
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json, int line)
    {
        try
        {
            return JsonDocument.Parse(json);
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
        catch (JsonException wrong)
        {
            throw ApiException.Invalid($"{at}{wrong.Path?.TrimStart('$')} has the wrong type or form: {wrong.InnerException?.Message ?? "see the API's description at /docs."}");
        }
    }
}
