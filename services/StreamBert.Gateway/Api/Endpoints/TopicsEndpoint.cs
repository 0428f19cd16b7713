using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Identity;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record TopicList(IReadOnlyList<TopicView> Topics);

/// <summary>Lists the topics of the log.</summary>
internal static class TopicsEndpoint
{
    private const int MaxCountSeconds = 30;

    public static void MapTopics(this RouteGroupBuilder api) => api.MapGet("/topics", GetAsync).RequireRole(Roles.Read).Costly()
        .WithTags("Pipelines").WithName("getTopics")
        .WithSummary("List the topics of the log")
        .WithDescription(
            "Returns partitions, offsets, records and the lag of each consumer group for every topic. On Kafka transaction markers take "
                + "offsets too: "
            + "`recordsAreUpperBound` tells where they may be among the records, and `countFor` lets the topics be read and counted, "
            + "those with the fewest offsets first.")
        .Produces<TopicList>().WithProblems(400, 429, 503);

    private static async Task<TopicList> GetAsync(
        IEventLog log, PipelineCatalog pipelines, TimeProvider time,
        [Description("How long to count records, in seconds, 0 to 30; default 0. Only Kafka needs it.")] int? countFor,
        CancellationToken cancellation)
    {
        if (countFor is < 0 or > MaxCountSeconds)
            throw ApiException.Invalid($"countFor is {countFor}; it must be between 0 and {MaxCountSeconds}.");
        return new(await TopicReader.ReadAsync(log, pipelines, TimeSpan.FromSeconds(countFor ?? 0), time, cancellation));
    }
}
