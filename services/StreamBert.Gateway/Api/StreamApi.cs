using System.ComponentModel;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Security;

namespace StreamBert.Gateway.Api;

internal static class StreamApi
{
    public const string MediaType = "text/event-stream";

    public static void MapStream(this RouteGroupBuilder api) => api.MapGet("/stream", StreamAsync).RequireRole(Roles.Read)
        .WithTags("Live").WithName("stream")
        .WithSummary("Follow what happens, live")
        .WithDescription(
            "Server-sent events: the event's name is its type, its id the place in the log, its data the event as JSON. Comments keep silent connections open. "
            + "A client that reads too slowly loses its oldest events; the next comment says how many.")
        .Produces<string>(StatusCodes.Status200OK, MediaType)
        .WithProblems(400, 429);

    private static async Task StreamAsync(
        HttpContext context, LiveStream stream, IOptions<GatewayOptions> options, IOptions<JsonOptions> json, IHostApplicationLifetime life, TimeProvider time,
        [Description("Only events of this pipeline; events of models always come.")] string? pipeline,
        [Description("Only these types, parted by commas: prediction, trend, alert-raised, alert-resolved, model-trained, model-promoted, model-rolled-back, dead-letter.")] string? type,
        CancellationToken cancellation)
    {
        using var subscription = stream.Subscribe(new(pipeline, Types(type)));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, life.ApplicationStopping);
        var writer = new EventWriter(context.Response, json.Value.SerializerOptions, options.Value.StreamHeartbeat, time);
        try
        {
            await writer.WriteAllAsync(subscription, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client has gone or the host stops: the stream's normal end.
        }
    }

    private static HashSet<string>? Types(string? type)
    {
        if (string.IsNullOrWhiteSpace(type)) return null;
        var types = type.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        return types.FirstOrDefault(given => !LiveTypes.All.Contains(given)) is { } unknown
            ? throw ApiException.Invalid($"There is no event type '{unknown}'; there are {string.Join(", ", LiveTypes.All)}.")
            : types;
    }

    /// <summary>Writes server-sent events (WHATWG HTML, 9.2).</summary>
    private sealed class EventWriter(HttpResponse response, JsonSerializerOptions json, TimeSpan heartbeat, TimeProvider time)
    {
        private long _told;

        public async Task WriteAllAsync(LiveSubscription subscription, CancellationToken cancellation)
        {
            response.ContentType = MediaType;
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            await WriteAsync("retry: 2000\n: connected\n\n", cancellation);
            var more = subscription.Reader.WaitToReadAsync(cancellation).AsTask();
            while (await ArrivedAsync(more, subscription, cancellation) is not false)
            {
                if (!more.IsCompleted) continue;
                while (subscription.Reader.TryRead(out var live)) await EventAsync(live, cancellation);
                await TellDroppedAsync(subscription, cancellation);
                await response.Body.FlushAsync(cancellation);
                more = subscription.Reader.WaitToReadAsync(cancellation).AsTask();
            }
        }

        /// <summary>Whether events are there; null after a heartbeat.</summary>
        private async Task<bool?> ArrivedAsync(Task<bool> more, LiveSubscription subscription, CancellationToken cancellation)
        {
            try
            {
                return await more.WaitAsync(heartbeat, time, cancellation);
            }
            catch (TimeoutException)
            {
                await WriteAsync(": heartbeat\n\n", cancellation);
                return null;
            }
        }

        private async Task TellDroppedAsync(LiveSubscription subscription, CancellationToken cancellation)
        {
            if (subscription.Dropped == _told) return;
            await WriteAsync($": {subscription.Dropped - _told} events were lost, this connection is too slow for them\n\n", cancellation);
            _told = subscription.Dropped;
        }

        private async Task EventAsync(LiveEvent live, CancellationToken cancellation)
        {
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"id: {live.Id}\nevent: {live.Type}\ndata: "), cancellation);
            await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(live.Payload, live.Payload.GetType(), json), cancellation);
            await response.Body.WriteAsync("\n\n"u8.ToArray(), cancellation);
        }

        private async Task WriteAsync(string text, CancellationToken cancellation)
        {
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
            await response.Body.FlushAsync(cancellation);
        }
    }
}
