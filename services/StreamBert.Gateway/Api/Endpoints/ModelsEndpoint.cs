using System.ComponentModel;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record ModelList(
    IReadOnlyList<ModelVersionView> Models,
    [property: Description("The cursor of the next page, if there is one.")] string? Next);

/// <summary>Lists model versions.</summary>
internal static class ModelsEndpoint
{
    public static void MapModels(this RouteGroupBuilder api) => api.MapGet("/models", GetAsync).RequireRole(Roles.Read)
        .WithTags("Models").WithName("getModels")
        .WithSummary("Read model versions with their reports")
        .WithDescription("Returns every known version, the latest first: whether it serves, the number of its predictions, its "
            + "training, its evaluation and its promotion.")
        .Produces<ModelList>().WithProblems(400, 429, 503);

    private static async Task<ModelList> GetAsync(
        StateStore store, ReadLease lease, [Description("`next` of the previous page.")] string? cursor, CancellationToken cancellation)
    {
        var page = await store.ListModelsAsync(cancellation, QueryParameters.ParseCursor(cursor), lease);
        return new(page, page.Next?.ToString());
    }
}
