using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Reads CloudEvents of requests: in structured or batched mode as JSON, in binary mode with the attributes in headers.</summary>
internal static class CloudEventRequest
{
    private const string HeaderPrefix = "ce-";
    private const string StructuredTypes = "application/cloudevents";

    /// <summary>Whether the request is one event in binary mode.</summary>
    public static bool IsBinary(HttpRequest request) => request.Headers.ContainsKey(HeaderPrefix + CloudEvent.SpecVersion);

    /// <summary>Whether the body is declared as one event or several.</summary>
    public static bool IsStructured(HttpRequest request) =>
        request.ContentType?.StartsWith(StructuredTypes, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads an event in binary mode, and converts it to structured mode.</summary>
    /// <exception cref="ApiException">The body is too large, or its data are not of the declared type.</exception>
    public static async Task<byte[]> ReadBinaryAsync(HttpContext context, CancellationToken cancellation) =>
        CreateStructured(context.Request, await RequestBodyReader.ReadBytesAsync(context, cancellation));

    /// <exception cref="ApiException">An attribute that every event has is missing.</exception>
    public static void RequireAttributes(JsonElement cloudEvent, string place)
    {
        if (CloudEvent.FindMissing(cloudEvent) is { } missing)
            throw ApiException.Invalid($"{place}.{missing} is missing or no string; every CloudEvent has one.");
    }

    /// <summary>Converts an event in binary mode, with its attributes in headers, to structured mode.</summary>
    private static byte[] CreateStructured(HttpRequest request, ReadOnlyMemory<byte> data)
    {
        var attributes = request.Headers.Where(static header => header.Key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            .Select(static header => KeyValuePair.Create(
                header.Key[HeaderPrefix.Length..].ToLowerInvariant(), Uri.UnescapeDataString(header.Value.ToString())));
        try
        {
            return CloudEvent.ToStructured(attributes, request.ContentType, data);
        }
        catch (JsonException malformed)
        {
            throw ApiException.Malformed($"The data of the CloudEvent: {malformed.Message}");
        }
    }
}
