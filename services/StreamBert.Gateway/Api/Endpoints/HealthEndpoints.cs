using StreamBert.Contracts;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Describes the health of this process.</summary>
internal sealed record HealthView(string Status, IReadOnlyDictionary<string, ReadinessPart> Parts, IReadOnlyList<Degradation> Degraded);

/// <summary>Reports liveness and readiness.</summary>
internal static class HealthEndpoints
{
    private static readonly Dictionary<string, ReadinessPart> None = [];

    public static void MapHealth(this WebApplication app)
    {
        app.MapGetAndHead("/health/live", static () => new HealthView("live", None, [])).OpenToAll()
            .WithTags("Operation").WithName("live")
            .WithSummary("Is the process alive?").WithDescription("200 as long as the process responds.").Produces<HealthView>();
        app.MapGetAndHead("/health/ready", Ready).OpenToAll()
            .WithTags("Operation").WithName("ready")
            .WithSummary("Can the process do its work?")
            .WithDescription(
                "`ready`; `degraded` (200 too) while something is missing, refused or replaced and nothing is lost: `degraded` says "
                    + "since when, why, and what to do; "
                + "`waiting` (503) while the process cannot do its work: the parts that are not ready say what they wait for.")
            .Produces<HealthView>().Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Ready(Readiness readiness, StateStore store)
    {
        if (!readiness.IsReady)
        {
            return Results.Json(
                new HealthView(readiness.Status, readiness.Parts, readiness.Degradations),
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var state = new ReadinessPart(
            store.IsAvailable,
            store.IsAvailable ? "connected" : "the state store does not answer; see Redis:ConnectionString");
        return Results.Json(new HealthView(
            store.IsAvailable
                ? readiness.Status
                : "degraded", new Dictionary<string, ReadinessPart>(readiness.Parts) { ["state"] = state }, readiness.Degradations));
    }
}
