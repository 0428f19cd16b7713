using StreamBert.Gateway.Security;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Api;

internal sealed record ModelList(IReadOnlyList<ModelVersionView> Models);

internal static class ModelsApi
{
    public static void MapModels(this RouteGroupBuilder api) => api.MapGet("/models", GetAsync).RequireRole(Roles.Read)
        .WithTags("Models").WithName("getModels")
        .WithSummary("Read model versions with their reports")
        .WithDescription("Every known version, the latest first: whether it serves, how many predictions it made, how it was trained, judged and promoted.")
        .Produces<ModelList>().WithProblems(429, 503);

    private static async Task<ModelList> GetAsync(StateStore store, CancellationToken cancellation) =>
        new(await store.ModelsAsync(cancellation));
}
