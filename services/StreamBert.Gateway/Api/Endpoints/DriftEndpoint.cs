using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record DriftList(
    IReadOnlyList<DriftReported> Comparisons,
    [property: Description("The cursor of the next page, if there is one.")] string? Next);

/// <summary>Lists the comparisons with references, also those that are normal or lack data.</summary>
internal static class DriftEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapDrift(this RouteGroupBuilder api) => api.MapGet("/drift", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("getDrift")
        .WithSummary("Read the distances from the references")
        .WithDescription("Returns, by pipeline, kind and head, the last comparison of the label mix, the confidence, the length, the "
            + "unknown tokens and the embeddings with the last-good week and with the training data of the model, and of a version with "
            + "the one before it: the distance, the threshold, and the shares of the labels. They are made once an hour of event time. "
            + "`insufficient-data` never means that nothing drifts.")
        .Produces<DriftList>().WithProblems(400, 429, 503);

    private static async Task<DriftList> GetAsync(
        StateStore store, ReadLease lease,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("1 to 1,000; default 100.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var page = await store.ListDriftAsync(
            pipeline,
            QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit),
            cancellation,
            QueryParameters.ParseCursor(cursor),
            lease);
        return new(page, page.Next?.ToString());
    }
}
