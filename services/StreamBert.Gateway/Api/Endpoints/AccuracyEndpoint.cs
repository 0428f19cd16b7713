using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record AccuracyList(
    IReadOnlyList<AccuracyReported> Series,
    [property: Description("The cursor of the next page, if there is one.")] string? Next);

/// <summary>Lists the estimated and the labelled accuracy.</summary>
internal static class AccuracyEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapAccuracy(this RouteGroupBuilder api) => api.MapGet("/accuracy", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("getAccuracy")
        .WithSummary("Read the estimated and the labelled accuracy")
        .WithDescription("Returns, by pipeline, head and segment, the accuracy that the calibrated confidences promise, with its interval, "
            + "and beside it the accuracy that people measured by labelling the random sample. The estimate is blind to concept drift: "
            + "a model that stays confident while the meaning of texts changes shows it in the labelled accuracy only.")
        .Produces<AccuracyList>().WithProblems(400, 429, 503);

    private static async Task<AccuracyList> GetAsync(
        StateStore store, ReadLease lease,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("Only of this head.")] string? head,
        [Description("Only of this segment: `all`, `topic=Energy`, or a group such as `region=north`.")] string? segment,
        [Description("1 to 1,000; default 100.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var query = new TrendQuery(pipeline, head, segment, Limit: QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit))
        {
            After = QueryParameters.ParseCursor(cursor),
        };
        var page = await store.ListAccuracyAsync(query, cancellation, lease);
        return new(page, page.Next?.ToString());
    }
}
