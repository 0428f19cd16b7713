using System.ComponentModel;
using StreamBert.Gateway.DeadLetters;
using StreamBert.Gateway.Ledger;
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

/// <summary>The log as an operator sees it: its topics, and the records that failed.</summary>
internal static class DeadLettersApi
{
    private const int MaxListed = 1_000;

    /// <param name="v1">The group <c>/v1</c>.</param>
    public static void MapDeadLetters(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/topics", TopicsAsync).WithName("ListTopics").WithTags("Operations").WithSummary("Every topic: its partitions, offsets and readers' lag");
        v1.MapGet("/deadletters", ListAsync).WithName("ListDeadLetters").WithTags("Operations").WithSummary("The records that failed alone, the latest first");
        v1.MapPost("/deadletters/replay", ReplayAsync).WithName("ReplayDeadLetters").WithTags("Operations")
            .WithSummary("Append the original records of dead letters again").Accepts<DeadLetterReplayRequest>(RequestBody.Json);
    }

    private static Task<IReadOnlyList<TopicView>> TopicsAsync(IEventLog log, PipelineCatalog pipelines, CancellationToken cancellation) =>
        TopicViews.ReadAsync(log, pipelines, cancellation);

    private static Task<IReadOnlyList<DeadLetterItem>> ListAsync(
        IEventLog log, TimeProvider time, [Description("Only letters of this reason.")] string? reason,
        [Description("The most to return, 1 to 1000; default: 50.")] int limit = 50, CancellationToken cancellation = default) =>
        limit is < 1 or > MaxListed
            ? throw ApiException.Invalid($"limit is {limit}; it must be 1 to {MaxListed}.")
            : new DeadLetterBox(log, time).ListAsync(new(Reason: reason), limit, cancellation);

    private static async Task<DeadLetterReplay> ReplayAsync(HttpContext context, IEventLog log, TimeProvider time, CancellationToken cancellation)
    {
        var request = await RequestBody.ReadOneAsync<DeadLetterReplayRequest>(context, cancellation);
        if (request.All == (request.Id is not null || request.Origin is not null || request.Reason is not null))
            throw ApiException.Invalid("Say what to replay: either all: true, or at least one of id, origin and reason.");
        return await new DeadLetterBox(log, time).ReplayAsync(new(request.Id, request.Origin, request.Reason), cancellation);
    }
}
