using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Rules;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record FairnessList(
    IReadOnlyList<FairnessReported> Rules,
    [property: Description("The cursor of the next page, if there is one.")] string? Next);

/// <summary>Lists the state of the fairness rules, also of those without enough data.</summary>
internal static class FairnessEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapFairness(this RouteGroupBuilder api) => api.MapGet("/fairness", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("getFairness")
        .WithSummary("Read the state of the fairness rules")
        .WithDescription("Returns the rates by group, the gaps between groups with their intervals, and whether the data suffices. "
            + "`insufficient-data` never means that the groups are treated alike: each measure says how many texts a group needs. Rules "
            + "whose first window has not closed have no groups; they are on the last page, beyond the limit.")
        .Produces<FairnessList>().WithProblems(400, 429, 503);

    private static async Task<FairnessList> GetAsync(
        FairnessStates fairness, ReadLease lease,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("1 to 1,000; default 100.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var page = await fairness.ReadAsync(
            pipeline,
            QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit),
            QueryParameters.ParseCursor(cursor),
            cancellation,
            lease);
        return new(page, page.Next?.ToString());
    }
}
