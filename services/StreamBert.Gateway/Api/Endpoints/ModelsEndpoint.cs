using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Privacy.Sealing;
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
    public static void MapModels(this RouteGroupBuilder api)
    {
        api.MapGet("/models", GetAsync).RequireRole(Roles.Read).WithTags("Models").WithName("getModels")
            .WithSummary("Read model versions with their reports")
            .WithDescription("Returns every known version, the latest first: whether it serves, the number of its predictions, its "
                + "training, its evaluation and its promotion.")
            .Produces<ModelList>().WithProblems(400, 429, 503);
        api.MapGet("/models/{model}/comparison", CompareAsync).RequireRole(Roles.Read).WithTags("Models").WithName("compareModels")
            .WithSummary("Compare two versions of a model")
            .WithDescription("Returns the evaluations of both by head and data set. Where `to` was trained from `from`: the confusion "
                + "matrices, the slices, and what `to` would change on the newest texts.")
            .Produces<ModelVersionComparison>().WithProblems(400, 404, 429, 503);
    }

    private static async Task<ModelList> GetAsync(
        StateStore store, SubjectVault vault, ReadLease lease, [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var page = await store.ListModelsAsync(cancellation, QueryParameters.ParseCursor(cursor), lease);
        return new(vault.Open((IReadOnlyList<ModelVersionView>)page), page.Next?.ToString());
    }

    private static async Task<ModelVersionComparison> CompareAsync(
        StateStore store, SubjectVault vault, ReadLease lease, [Description("The name of the model, such as default.")] string model,
        [Description("The version to compare; default: the one that `to` was trained from.")] string? from,
        [Description("The version to compare it with; default: the one that was trained last.")] string? to,
        CancellationToken cancellation)
    {
        var versions = new List<ModelVersionView>();
        StateCursor? next = null;
        do
        {
            var page = await store.ListModelsAsync(cancellation, next, lease);
            versions.AddRange(page.Where(version => version.Model == model));
            next = page.Next;
        }
        while (next is not null);
        var second = to is null ? versions.Where(static version => version.Trained is { Parent: not null })
            .MaxBy(static version => version.Trained!.TrainedAt) : versions.Find(version => version.Version == to);
        var first = versions.Find(version => version.Version == (from ?? second?.Trained?.Parent));
        return first is not null && second is not null
            ? ModelVersionComparison.Of(vault.Open([first])[0], vault.Open([second])[0])
            : throw ApiException.NotFound(Explain(model, versions));
    }

    private static string Explain(string model, IReadOnlyList<ModelVersionView> versions) => versions.Count == 0
        ? $"There is no version of a model {Excerpt.Quote(model)}; GET /v1/models lists the models."
        : $"There are no two such versions of {Excerpt.Quote(model)}; "
            + $"there are {string.Join(", ", versions.Select(static version => version.Version))}.";
}
