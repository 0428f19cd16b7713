using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Identity;
using StreamBert.Operations.Projection;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Rebuilds the state store.</summary>
internal static class StateEndpoint
{
    public static void MapState(this RouteGroupBuilder api) => api.MapPost("/state/rebuild", RebuildAsync).RequireRole(Roles.Admin).Costly()
        .WithTags("Operation").WithName("rebuildState")
        .WithSummary("Rebuild the state store")
        .WithDescription("Clears the data of this installation in the state store and projects the log again from its beginning. "
            + "Meanwhile texts are accepted and classified, and reads return what is projected already.")
        .Produces<StateRebuildStarted>(StatusCodes.Status202Accepted).WithProblems(429, 503);

    private static async Task<IResult> RebuildAsync(HttpContext context, StateRebuild rebuild, CancellationToken cancellation)
    {
        await rebuild.ClearAsync(Actor.Of(context.User), cancellation);
        return Results.Accepted("/v1/status", new StateRebuildStarted(await rebuild.ReadLagAsync(cancellation)));
    }
}
