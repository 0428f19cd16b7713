using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Reads bodies that hold one JSON object, a JSON array of objects, or one object per line.</summary>
internal static class RequestBodyReader
{
    private const int BufferSize = 64 * 1024;

    /// <exception cref="ApiException">The body is too large, malformed, of another media type or of another shape.</exception>
    public static Task<IReadOnlyList<ParsedItem<T>>> ReadManyAsync<T>(HttpContext context, CancellationToken cancellation) =>
        ReadManyAsync(context, RequestItemParser.ParseItem<T>, cancellation);

    /// <param name="parseItem">Parses one element of the body; it receives the place of the element for errors.</param>
    /// <inheritdoc cref="ReadManyAsync{T}(HttpContext, CancellationToken)"/>
    public static async Task<IReadOnlyList<ParsedItem<T>>> ReadManyAsync<T>(
        HttpContext context, Func<JsonElement, string, ParsedItem<T>> parseItem, CancellationToken cancellation)
    {
        var hasLines = HasJsonLines(context.Request);
        var body = await ReadBytesAsync(context, cancellation);
        var elements = hasLines ? RequestItemParser.ParseLines(body, parseItem) : RequestItemParser.ParseJson(body, parseItem);
        return CheckCount(elements, GetOptions(context).MaxItemsPerRequest);
    }

    /// <summary>Reads a body of JSON, or of CSV with a header.</summary>
    /// <inheritdoc cref="ReadManyAsync{T}(HttpContext, CancellationToken)"/>
    public static async Task<IReadOnlyList<ParsedItem<T>>> ReadTableAsync<T>(HttpContext context, CancellationToken cancellation)
    {
        if (!string.Equals(MediaTypeOf(context.Request), MediaTypes.Csv, StringComparison.OrdinalIgnoreCase))
            return await ReadManyAsync<T>(context, cancellation);
        var rows = CsvBodyParser.Parse<T>(await ReadBytesAsync(context, cancellation));
        return CheckCount(rows, GetOptions(context).MaxItemsPerRequest);
    }

    /// <inheritdoc cref="ReadManyAsync{T}(HttpContext, CancellationToken)"/>
    public static async Task<T> ReadOneAsync<T>(HttpContext context, CancellationToken cancellation) =>
        (await ReadItemAsync<T>(context, cancellation)).Value;

    /// <inheritdoc cref="ReadManyAsync{T}(HttpContext, CancellationToken)"/>
    public static async Task<ParsedItem<T>> ReadItemAsync<T>(HttpContext context, CancellationToken cancellation) =>
        await ReadManyAsync<T>(context, cancellation) is [var one] ? one
            : throw ApiException.Invalid("This route accepts one object; send several to /v1/texts.");

    /// <summary>Reads one JSON object of any media type, because clients of other servers do not all declare it.</summary>
    /// <exception cref="ApiException">The body is too large, malformed or of another shape.</exception>
    public static async Task<T> ReadObjectAsync<T>(HttpContext context, CancellationToken cancellation) =>
        RequestItemParser.ParseObject<T>(await ReadBytesAsync(context, cancellation));

    /// <summary>Reads the bytes of a body. Their memory stays reserved until the response is written.</summary>
    /// <exception cref="ApiException">The body is too large.</exception>
    /// <exception cref="OverloadedException">The bodies of other requests take the memory.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, CancellationToken cancellation)
    {
        var limit = GetOptions(context).MaxBodyBytes;
        if (context.Request.ContentLength > limit)
            throw BodyTooLarge(limit);
        var reservation = context.RequestServices.GetRequiredService<RequestBodyBudget>().Open();
        context.Response.RegisterForDispose(reservation);
        using var body = new MemoryStream();
        var buffer = new byte[BufferSize];
        while (await ReadAsync(context.Request.Body, buffer, cancellation) is > 0 and var read)
        {
            if (body.Length + read > limit)
                throw BodyTooLarge(limit);
            reservation.Add(read);
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static GatewayOptions GetOptions(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;

    private static List<ParsedItem<T>> CheckCount<T>(IEnumerable<ParsedItem<T>> elements, int limit)
    {
        var items = elements.Take(limit + 1).ToList();
        if (items.Count == 0)
            throw ApiException.Invalid("The body is empty. Send one object, an array of objects, or one object per line.");
        return items.Count <= limit
            ? items
            : throw ApiException.TooLarge($"One request may have {limit:N0} items (Gateway:MaxItemsPerRequest). Send them in several "
                + "requests.");
    }

    private static string? MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType.Value : null;

    private static bool HasJsonLines(HttpRequest request)
    {
        var type = MediaTypeOf(request);
        if (MediaTypes.JsonLinesTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
            return true;
        if (string.Equals(type, MediaTypes.Json, StringComparison.OrdinalIgnoreCase)
            || type?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true)
        {
            return false;
        }
        throw ApiException.MediaType(
            $"The Content-Type is '{request.ContentType ?? "missing"}'. Set it to {MediaTypes.Json}, or to {MediaTypes.JsonLines} for "
                + "one object per line.");
    }

    /// <summary>Reads from a body that may be decompressed meanwhile.</summary>
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw ApiException.Malformed($"The body does not match its Content-Encoding, or it is truncated: {e.Message}");
        }
    }

    private static ApiException BodyTooLarge(int limit) =>
        ApiException.TooLarge($"A body may have {limit:N0} bytes (Gateway:MaxBodyBytes). Send the texts in several requests.");
}
