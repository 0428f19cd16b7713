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

internal sealed record AlertList(
    IReadOnlyList<AlertView> Alerts,
    [property: Description("The cursor of the next page, if there is one.")] string? Next);

/// <summary>Lists alerts.</summary>
internal static class AlertsEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapAlerts(this RouteGroupBuilder api) => api.MapGet("/alerts", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("getAlerts")
        .WithSummary("Read alerts with their evidence")
        .WithDescription("Returns the firing alerts, the latest first; with `state=all` the resolved ones too.")
        .Produces<AlertList>().WithProblems(400, 429, 503);

    private static async Task<AlertList> GetAsync(
        StateStore store, SubjectVault vault, ReadLease lease,
        [Description("`open` (default) or `all`.")] string? state,
        [Description("1 to 1,000; default 100.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var openOnly = state switch
        {
            null or "open" => true,
            "all" => false,
            _ => throw ApiException.Invalid($"state is '{Excerpt.Quote(state)}'; it must be open or all."),
        };
        var page = vault.Open(await store.ListAlertsAsync(
            openOnly,
            QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit),
            cancellation,
            QueryParameters.ParseCursor(cursor),
            lease));
        return new(page, page.Next?.ToString());
    }
}
