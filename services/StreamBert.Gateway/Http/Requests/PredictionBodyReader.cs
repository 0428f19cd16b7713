using System.Runtime.InteropServices;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Reads the predictions of a request as their producer writes them: any JSON objects, or CloudEvents in structured, batched or binary
/// mode.
/// </summary>
internal static class PredictionBodyReader
{
    /// <returns>The JSON of each prediction.</returns>
    /// <exception cref="ApiException">The body is too large, malformed, of another media type or of another shape.</exception>
    public static async Task<IReadOnlyList<byte[]>> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        if (CloudEventRequest.IsBinary(context.Request))
            return [await ReadBinaryAsync(context, cancellation)];
        var areCloudEvents = CloudEventRequest.IsStructured(context.Request);
        var items = await RequestBodyReader.ReadManyAsync(context, (element, place) => Parse(element, place, areCloudEvents), cancellation);
        return [.. items.Select(static item => item.Value)];
    }

    private static async Task<byte[]> ReadBinaryAsync(HttpContext context, CancellationToken cancellation)
    {
        var json = await CloudEventRequest.ReadBinaryAsync(context, cancellation);
        using var cloudEvent = JsonDocument.Parse(json, new() { MaxDepth = ProducerRecord.MaxDepth + 1 });
        CloudEventRequest.RequireAttributes(cloudEvent.RootElement, "the event");
        return json;
    }

    private static ParsedItem<byte[]> Parse(JsonElement element, string place, bool isCloudEvent)
    {
        if (isCloudEvent)
            CloudEventRequest.RequireAttributes(element, place);
        return new(JsonMarshal.GetRawUtf8Value(element).ToArray(), [], 0);
    }
}
