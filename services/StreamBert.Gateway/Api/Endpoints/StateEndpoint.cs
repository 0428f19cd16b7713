using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Identity;
using StreamBert.Operations.Projection;

namespace StreamBert.Gateway.Api.Endpoints;

internal static class StateEndpoint
{
    public static void MapState(this RouteGroupBuilder api) => api.MapPost("/state/rebuild", RebuildAsync).RequireRole(Roles.Admin).Costly()
        .WithTags("Operation").WithName("rebuildState")
        .WithSummary("Build the read side anew")
        .WithDescription("Clears what this installation keeps in the state store and projects it again from the beginning of the log. Texts are taken in and classified meanwhile; reads fill up again.")
        .Produces<StateRebuildStarted>(StatusCodes.Status202Accepted).WithProblems(429, 503);

    private static async Task<IResult> RebuildAsync(HttpContext context, StateRebuild rebuild, CancellationToken cancellation)
    {
        await rebuild.ClearAsync(Actor.Of(context.User), cancellation);
        return Results.Accepted("/v1/status", new StateRebuildStarted(await rebuild.ReadLagAsync(cancellation)));
    }
}
