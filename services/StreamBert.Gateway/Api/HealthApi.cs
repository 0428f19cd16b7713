using StreamBert.Gateway.Security;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Api;

/// <summary>Whether this process lives, and whether it can do its work.</summary>
internal sealed record HealthView(string Status, IReadOnlyDictionary<string, ReadinessPart> Parts);

internal static class HealthApi
{
    private static readonly Dictionary<string, ReadinessPart> None = [];

    public static void MapHealth(this WebApplication app)
    {
        app.MapGetAndHead("/health/live", () => new HealthView("live", None)).OpenToAll()
            .WithTags("Operation").WithName("live")
            .WithSummary("Is the process alive?").WithDescription("200 as long as it answers at all.").Produces<HealthView>();
        app.MapGetAndHead("/health/ready", Ready).OpenToAll()
            .WithTags("Operation").WithName("ready")
            .WithSummary("Can the process do its work?")
            .WithDescription("`ready`; `degraded` (200 too) while the state store is away: texts are taken in and classified, reads answer 503; else 503 with what it waits for.")
            .Produces<HealthView>().Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Ready(Readiness readiness, StateStore store)
    {
        if (!readiness.IsReady) return Results.Json(new HealthView("waiting", readiness.Parts), statusCode: StatusCodes.Status503ServiceUnavailable);
        var state = new ReadinessPart(store.IsAvailable, store.IsAvailable ? "connected" : "the state store does not answer; see Redis:ConnectionString");
        return Results.Json(new HealthView(store.IsAvailable ? "ready" : "degraded", new Dictionary<string, ReadinessPart>(readiness.Parts) { ["state"] = state }));
    }
}
