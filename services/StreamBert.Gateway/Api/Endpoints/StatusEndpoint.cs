using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Status;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Reports the status of the system.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this RouteGroupBuilder api) => api.MapGet("/status", GetAsync).RequireRole(Roles.Read)
        .WithTags("Operation").WithName("getStatus")
        .WithSummary("Read the status of the system")
        .WithDescription(
            "Returns the ledger (in = out + deadLettered + inFlight) per input topic and partition and in total, the lag of each "
                + "consumer group, throughput and latency of the last minute, "
            + "the serving model versions, and what is missing. It responds while other parts are unavailable, and reports them.")
        .Produces<StatusView>().WithProblems(429);

    private static Task<StatusView> GetAsync(StatusReader status, CancellationToken cancellation) => status.ReadAsync(cancellation);
}
