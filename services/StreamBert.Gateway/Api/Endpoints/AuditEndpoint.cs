using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Audit;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record AuditList(
    IReadOnlyList<AuditEntry> Entries,
    [property: Description("The cursor of the next page, if there is one.")] string? Next);

/// <summary>Lists the entries of the audit log.</summary>
internal static class AuditEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 10_000;

    public static void MapAudit(this RouteGroupBuilder api) => api.MapGet("/audit", GetAsync).RequireRole(Roles.Admin).Costly()
        .WithTags("Operation").WithName("getAudit")
        .WithSummary("Read the audit log")
        .WithDescription("Returns promotions and rollbacks of models, changes of rules, silences and acknowledgements, replays and "
            + "discards of dead letters, erasures and failed sign-ins, the latest first. Entries are never changed or deleted.")
        .Produces<AuditList>().WithProblems(400, 429, 503);

    private static async Task<AuditList> GetAsync(
        AuditReader audit,
        [Description("Only this action, such as `model-promoted`.")] string? action,
        [Description("Only of this actor, such as `user:anna` or `anna`.")] string? actor,
        [Description("Only at this time (ISO 8601) or later.")] string? from,
        [Description("Only before this time (ISO 8601).")] string? to,
        [Description("1 to 10,000; default 100.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var filter = new AuditFilter
        {
            Action = action,
            Actor = actor,
            From = QueryParameters.ParseTime("from", from),
            To = QueryParameters.ParseTime("to", to),
        };
        var (most, before) = (QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit), AuditReader.ParseCursor(cursor));
        var page = await audit.ReadAsync(filter, most, before ?? throw QueryParameters.InvalidCursor(cursor!), cancellation);
        return new(page.Entries, page.Next);
    }
}
