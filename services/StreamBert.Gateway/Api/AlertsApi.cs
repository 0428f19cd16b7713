using System.ComponentModel;
using StreamBert.Gateway.Security;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Api;

internal sealed record AlertList(IReadOnlyList<AlertView> Alerts);

internal static class AlertsApi
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapAlerts(this RouteGroupBuilder api) => api.MapGet("/alerts", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("getAlerts")
        .WithSummary("Read alerts with their evidence")
        .WithDescription("The latest first: those that still fire, or with `state=all` the resolved ones too.")
        .Produces<AlertList>().WithProblems(400, 429, 503);

    private static async Task<AlertList> GetAsync(
        StateStore store,
        [Description("`open` (default) or `all`.")] string? state,
        [Description("1 to 1,000; default 100.")] int? limit,
        CancellationToken cancellation)
    {
        var openOnly = state switch
        {
            null or "open" => true,
            "all" => false,
            _ => throw ApiException.Invalid($"state is '{state}'; it must be open or all."),
        };
        return new(await store.AlertsAsync(openOnly, ApiRoutes.Limit(limit, DefaultLimit, MaxLimit), cancellation));
    }
}
