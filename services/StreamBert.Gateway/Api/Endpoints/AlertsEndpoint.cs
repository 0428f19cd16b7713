using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record AlertList(
    IReadOnlyList<AlertView> Alerts,
    [property: Description("The cursor of the next page; absent at the first alert of the log.")] string? Next);

/// <summary>Lists alerts.</summary>
internal static class AlertsEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapAlerts(this RouteGroupBuilder api) => api.MapGet("/alerts", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("getAlerts")
        .WithSummary("Read alerts with their evidence")
        .WithDescription("Returns the firing alerts, the latest first; with `state=all` the resolved ones too. `next` pages through all of "
            + "them, also those that the state store no longer holds, down to the first alert of the log.")
        .Produces<AlertList>().WithProblems(400, 429, 503);

    private static async Task<AlertList> GetAsync(
        AlertReader alerts, ReadLease lease,
        [Description("`open` (default) or `all`.")] string? state,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("Only of this kind, such as `label-surge`.")] string? kind,
        [Description("Alerts that started firing at or after this event time, ISO 8601.")] string? from,
        [Description("Alerts that started firing before this event time, ISO 8601.")] string? to,
        [Description("1 to 1,000; default 100.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var filter = new AlertFilter
        {
            OpenOnly = ParseState(state),
            Pipeline = pipeline,
            Kind = ParseKind(kind),
            From = QueryParameters.ParseTime("from", from),
            To = QueryParameters.ParseTime("to", to),
        };
        if (filter.From >= filter.To) throw ApiException.Invalid($"from ({filter.From:O}) must lie before to ({filter.To:O}).");
        var page = await alerts.ReadAsync(
            filter,
            QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit),
            QueryParameters.ParseCursor(cursor),
            cancellation,
            lease);
        return new(page, page.Next?.ToString());
    }

    /// <returns>Whether only firing alerts are wanted.</returns>
    private static bool ParseState(string? state) => state switch
    {
        null or "open" => true,
        "all" => false,
        _ => throw ApiException.Invalid($"state is '{Excerpt.Quote(state)}'; it must be open or all."),
    };

    private static string? ParseKind(string? kind) => string.IsNullOrEmpty(kind) ? null : AlertKinds.All.Contains(kind) ? kind
        : throw ApiException.Invalid($"kind is '{Excerpt.Quote(kind)}'; it must be one of {string.Join(", ", AlertKinds.All)}.");
}
