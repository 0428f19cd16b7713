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
    IReadOnlyList<AlertOverview> Alerts,
    [property: Description("The cursor of the next page; absent at the first alert of the log.")] string? Next);

/// <summary>Lists alerts.</summary>
internal static class AlertsEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapAlerts(this RouteGroupBuilder api)
    {
        api.MapGet("/alerts", ListAsync).RequireRole(Roles.Read)
            .WithTags("Monitoring").WithName("getAlerts")
            .WithSummary("Read alerts with their evidence")
            .WithDescription("Returns the firing alerts, the latest first; with `state=all` the resolved ones too. `next` pages through "
                + "all of them, also those that the state store no longer holds, down to the first alert of the log. `acknowledged` tells "
                + "who takes care of an alert, `silencedBy` which silence mutes it now.")
            .Produces<AlertList>().WithProblems(400, 429, 503);
        api.MapGet("/alerts/{**id}", GetAsync).RequireRole(Roles.Read)
            .WithTags("Monitoring").WithName("getAlert")
            .WithSummary("Read one alert")
            .WithDescription("Returns the alert with its evidence, its state, its acknowledgement, the silence that mutes it now, and the "
                + "latest messages about it.")
            .Produces<AlertOverview>().WithProblems(404, 429, 503);
    }

    internal static ApiException Unknown(string id) => ApiException.NotFound(
        $"There is no alert '{Excerpt.Quote(id, 256)}'; GET /v1/alerts?state=all lists the alerts.");

    private static async Task<AlertOverview> GetAsync(
        [Description("The id of the alert.")] string id, AlertDirectory alerts, CancellationToken cancellation) =>
        await alerts.FindAsync(id, cancellation) ?? throw Unknown(id);

    private static async Task<AlertList> ListAsync(
        AlertReader alerts, AlertDirectory directory, ReadLease lease,
        [Description("`open` (default) or `all`.")] string? state,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("Only of this kind, such as `label-surge`.")] string? kind,
        [Description("Alerts that started firing at or after this event time, ISO 8601.")] string? from,
        [Description("Alerts that started firing before this event time, ISO 8601.")] string? to,
        [Description("Only acknowledged alerts, or only others.")] bool? acknowledged,
        [Description("Only alerts that a silence mutes now, or only others.")] bool? silenced,
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
            Where = await directory.FilterAsync(acknowledged, silenced, cancellation),
        };
        if (filter.From >= filter.To) throw ApiException.Invalid($"from ({filter.From:O}) must lie before to ({filter.To:O}).");
        var page = await alerts.ReadAsync(
            filter,
            QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit),
            QueryParameters.ParseCursor(cursor),
            cancellation,
            lease);
        return new(await directory.DescribeAsync(page, cancellation), page.Next?.ToString());
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
