using System.ComponentModel;
using StreamBert.Gateway.DeadLetters;
using StreamBert.Gateway.Ledger;
using StreamBert.Gateway.Security;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Api;

/// <summary>What to replay. Several conditions must all hold; <see cref="All"/> says that none is meant.</summary>
public sealed record DeadLetterReplayRequest
{
    [Description("The letter's own place: partition/offset, as listed.")]
    public string? Id { get; init; }

    [Description("Where the record that failed stood: topic/partition/offset.")]
    public string? Origin { get; init; }

    [Description("A reason's code, such as not-json.")]
    public string? Reason { get; init; }

    [Description("Replay every letter that has not been replayed yet.")]
    public bool All { get; init; }
}

internal sealed record DeadLetterList(IReadOnlyList<DeadLetterItem> DeadLetters);

internal sealed record TopicList(IReadOnlyList<TopicView> Topics);

/// <summary>The log as an operator sees it: its topics, and the records that failed.</summary>
internal static class DeadLettersApi
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1_000;

    public static void MapDeadLetters(this RouteGroupBuilder api)
    {
        api.MapGet("/topics", TopicsAsync).RequireRole(Roles.Read).WithTags("Pipelines").WithName("getTopics")
            .WithSummary("Read the topics of the log")
            .WithDescription("Partitions, offsets and records of every topic, and how far each consumer group is behind.")
            .Produces<TopicList>().WithProblems(429, 503);
        api.MapGet("/deadletters", ListAsync).RequireRole(Roles.Read).WithTags("Pipelines").WithName("getDeadLetters")
            .WithSummary("List dead letters")
            .WithDescription("Records that could not be classified, the latest first, with the reason and without the text, and whether they were replayed.")
            .Produces<DeadLetterList>().WithProblems(400, 429, 503);
        api.MapPost("/deadletters/replay", ReplayAsync).RequireRole(Roles.Admin).WithTags("Pipelines").WithName("replayDeadLetters")
            .WithSummary("Run dead letters again")
            .WithDescription("Appends the original records again, unchanged but for the header `replay-of`. A letter is replayed once, unless it is named by its id or origin.")
            .Accepts<DeadLetterReplayRequest>(RequestBody.Json).Produces<DeadLetterReplay>().WithProblems(400, 413, 415, 429, 503);
    }

    private static async Task<TopicList> TopicsAsync(IEventLog log, PipelineCatalog pipelines, CancellationToken cancellation) =>
        new(await TopicViews.ReadAsync(log, pipelines, cancellation));

    private static async Task<DeadLetterList> ListAsync(
        IEventLog log,
        TimeProvider time,
        [Description("Only letters of this reason, such as `not-json`.")] string? reason,
        [Description("1 to 1,000; default 50.")] int? limit,
        CancellationToken cancellation) =>
        new(await new DeadLetterBox(log, time).ListAsync(new(Reason: reason), ApiRoutes.Limit(limit, DefaultLimit, MaxLimit), cancellation));

    private static async Task<DeadLetterReplay> ReplayAsync(HttpContext context, IEventLog log, TimeProvider time, CancellationToken cancellation)
    {
        var request = await RequestBody.ReadOneAsync<DeadLetterReplayRequest>(context, cancellation);
        if (request.All == (request.Id is not null || request.Origin is not null || request.Reason is not null))
            throw ApiException.Invalid("Say what to replay: either all: true, or at least one of id, origin and reason.");
        return await new DeadLetterBox(log, time).ReplayAsync(new(request.Id, request.Origin, request.Reason), cancellation);
    }
}
