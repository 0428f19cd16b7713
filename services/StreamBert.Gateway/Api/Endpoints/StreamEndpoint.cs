using System.ComponentModel;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Streaming;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Live;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Streams live events.</summary>
internal static class StreamEndpoint
{
    public static void MapStream(
        this RouteGroupBuilder api) => api.MapGet("/stream", StreamAsync).RequireRole(Roles.Read)
            .WithMetadata(CostlyRoute.Instance, ActorConcurrencyLimit.Streams)
        .WithTags("Live").WithName("stream")
        .WithSummary("Stream live events")
        .WithDescription(
            "Returns server-sent events: the name of an event is its type, its id the position in the log, its data the event as JSON. "
                + "Comments keep idle connections open. "
            + "A client that reads too slowly loses its oldest events: the event `missed` then reports their number (`{\"count\": "
            + "12}`). An event of more than 256 KiB is sent without texts and attributes. "
            + "An event `failure` with a problem document is the last: the Gateway is stopping, the sign-in or key has ended, or an "
            + "error occurred.")
        .Produces<string>(StatusCodes.Status200OK, StreamFormat.Events.MediaType)
        .WithProblems(400, 429);

    private static Task StreamAsync(
        HttpContext context, LiveEventHub stream, IOptions<GatewayOptions> options, TimeProvider time,
        [Description("Only events of this pipeline; events without a pipeline are always sent.")] string? pipeline,
        [Description("Only these types, separated by commas: prediction, trend, alert-raised, alert-resolved, silence-created, "
            + "silence-expired, alert-acknowledged, notification-requested, notification-reported, model-trained, model-promoted, "
            + "model-rolled-back, rollout-changed, rollout-progressed, pin-changed, training-reported, dead-letter.")] string? type)
    {
        var filter = new LiveFilter(pipeline, Types(type));
        return StreamedResponse.WriteAsync(context, StreamFormat.Events, async (answer, end) =>
        {
            using var subscription = stream.Subscribe(filter);
            await new EventWriter(answer, options.Value.StreamHeartbeat, time).WriteAllAsync(subscription, end);
        });
    }

    private static HashSet<string>? Types(string? type)
    {
        if (string.IsNullOrWhiteSpace(type)) return null;
        var types = type.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        return types.FirstOrDefault(static given => !LiveEventTypes.All.Contains(given)) is { } unknown
            ? throw ApiException.Invalid($"There is no event type '{unknown}'; there are {string.Join(", ", LiveEventTypes.All)}.")
            : types;
    }

    /// <summary>Writes server-sent events (WHATWG HTML, 9.2).</summary>
    private sealed class EventWriter(StreamedResponse answer, TimeSpan heartbeat, TimeProvider time)
    {
        private long _reportedDropped;

        public async Task WriteAllAsync(LiveSubscription subscription, CancellationToken cancellation)
        {
            await WriteAsync("retry: 2000\n: connected\n\n", cancellation);
            var more = subscription.Reader.WaitToReadAsync(cancellation).AsTask();
            while (await WaitAsync(more, cancellation) is not false)
            {
                if (!more.IsCompleted) continue;
                while (subscription.Reader.TryRead(out var live))
                {
                    await WriteDroppedAsync(subscription, cancellation); // what was lost is older than this one
                    await WriteEventAsync(live, cancellation);
                }
                await WriteDroppedAsync(subscription, cancellation);
                await WriteAsync("", cancellation); // all that was written goes out
                more = subscription.Reader.WaitToReadAsync(cancellation).AsTask();
            }
        }

        /// <summary>Whether events are there; null after a heartbeat.</summary>
        private async Task<bool?> WaitAsync(Task<bool> more, CancellationToken cancellation)
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

        private async Task WriteDroppedAsync(LiveSubscription subscription, CancellationToken cancellation)
        {
            var dropped = subscription.Dropped;
            if (dropped == _reportedDropped) return;
            await WriteAsync(
                string.Create(CultureInfo.InvariantCulture, $"event: missed\ndata: {{\"count\":{dropped - _reportedDropped}}}\n\n"),
                cancellation);
            _reportedDropped = dropped;
        }

        private ValueTask WriteEventAsync(LiveEvent live, CancellationToken cancellation) => answer.WriteAsync(
            [.. Encoding.UTF8.GetBytes($"id: {live.Id}\nevent: {live.Type}\ndata: "), .. answer.Serialize(
                live.Payload), .. "\n\n"u8], flush: false, cancellation);

        private ValueTask WriteAsync(string text, CancellationToken cancellation)
            => answer.WriteAsync(Encoding.UTF8.GetBytes(text), flush: true, cancellation);
    }
}
