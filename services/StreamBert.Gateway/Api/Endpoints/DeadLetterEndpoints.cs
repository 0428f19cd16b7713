using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Operations.DeadLetters;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record TopicList(IReadOnlyList<TopicView> Topics);

/// <summary>The log as an operator sees it: its topics, and the records that failed.</summary>
internal static class DeadLetterEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1_000;
    private const int MaxCountSeconds = 30;

    public static void MapDeadLetters(this RouteGroupBuilder api)
    {
        api.MapGet("/topics", TopicsAsync).RequireRole(Roles.Read).Costly().WithTags("Pipelines").WithName("getTopics")
            .WithSummary("Read the topics of the log")
            .WithDescription("Partitions, offsets and records of every topic, and how far each consumer group is behind. On Kafka transaction markers take offsets too: "
                + "`recordsAreUpperBound` says where they may be among the records, and `countFor` has the topics read and counted, those with the fewest offsets first.")
            .Produces<TopicList>().WithProblems(400, 429, 503);
        api.MapGet("/dead-letters", ListAsync).RequireRole(Roles.Read).WithTags("Dead letters").WithName("listDeadLetters")
            .WithSummary("List dead letters")
            .WithDescription("Records that could not be classified, the latest first, with the reason and without the bytes they hold; what was done with each, by whom, and what became of it.")
            .Produces<DeadLetterPage>().WithProblems(400, 429, 503);
        api.MapGet("/dead-letters/{partition:int}/{offset:long}", GetAsync).RequireRole(Roles.Read).WithTags("Dead letters")
            .WithName("getDeadLetter")
            .WithSummary("Read one dead letter")
            .WithDescription("With key, value and headers as they were: as text where they are UTF-8, else as base64.")
            .Produces<DeadLetterDetails>()
            .WithProblems(404, 429, 503);
        api.MapPost("/dead-letters/replay", ReplayAsync).RequireRole(Roles.Admin).Costly().WithTags("Dead letters")
            .WithName("replayDeadLetters")
            .WithSummary("Run dead letters again")
            .WithDescription("Appends the original records again, unchanged but for the header `replay-of`. A letter is replayed once, unless `again` is true.")
            .Accepts<DeadLetterActionRequest>(MediaTypes.Json)
            .Produces<DeadLetterActionResult>()
            .WithProblems(400, 413, 415, 429, 503);
        api.MapPost("/dead-letters/discard", DiscardAsync).RequireRole(Roles.Admin).Costly().WithTags("Dead letters")
            .WithName("discardDeadLetters")
            .WithSummary("Mark dead letters as done with")
            .WithDescription("A mark only: nothing is deleted, and a discarded letter can still be replayed with `again`.")
            .Accepts<DeadLetterActionRequest>(MediaTypes.Json)
            .Produces<DeadLetterActionResult>()
            .WithProblems(400, 413, 415, 429, 503);
    }

    private static async Task<TopicList> TopicsAsync(
        IEventLog log, PipelineCatalog pipelines, TimeProvider time,
        [Description("How long to count records, in seconds, 0 to 30; default 0. Only Kafka needs it.")] int? countFor,
        CancellationToken cancellation) => countFor is < 0 or > MaxCountSeconds
            ? throw ApiException.Invalid($"countFor is {countFor}; it must be between 0 and {MaxCountSeconds}.")
            : new(await TopicReader.ReadAsync(log, pipelines, TimeSpan.FromSeconds(countFor ?? 0), time, cancellation));

    private static Task<DeadLetterPage> ListAsync(
        DeadLetterReader letters,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("Only of this reason, such as `not-json`.")] string? reason,
        [Description("Only of this input topic.")] string? topic,
        [Description("Failed at this time or later (ISO 8601).")] string? from,
        [Description("Failed before this time (ISO 8601).")] string? to,
        [Description("The letter of this id, `partition/offset`.")] string? id,
        [Description("The letter of the record that stood there, `topic/partition/offset`.")] string? origin,
        [Description("`open`, `replayed` or `discarded`.")] string? state,
        [Description("1 to 1,000; default 50.")] int? limit,
        [Description("`next` of the page before.")] string? cursor,
        CancellationToken cancellation)
    {
        var filter = new DeadLetterFilter
        {
            Pipeline = pipeline,
            Reason = reason,
            Topic = topic,
            From = QueryParameters.Time("from", from),
            To = QueryParameters.Time("to", to),
            Id = id,
            Origin = origin,
            State = state,
        };
        return filter.Error is { } fault
            ? throw ApiException.Invalid(fault)
            : letters.ListAsync(filter, QueryParameters.Limit(limit, DefaultLimit, MaxLimit), cursor, cancellation);
    }

    /// <summary>How large a letter is shows only when it has been read: until then it counts as the largest that there may be.</summary>
    private static async Task<DeadLetterDetails> GetAsync(
        int partition, long offset, DeadLetterReader letters, ReadLease lease, PipelineCatalog pipelines, CancellationToken cancellation)
    {
        var most = 2L * pipelines.Limits.RecordBytes;
        await lease.TryAcquireAsync(most, cancellation);
        var letter = await letters.FindAsync($"{partition}/{offset}", cancellation);
        lease.Release(most - Math.Min(most, 2L * (letter?.Value?.Bytes ?? 0)));
        return letter ?? throw ApiException.NotFound($"There is no dead letter {partition}/{offset}.");
    }

    private static async Task<DeadLetterActionResult> ReplayAsync(HttpContext context, DeadLetterActions acts, CancellationToken cancellation)
    {
        var request = await RequestAsync(context, cancellation);
        return await acts.ReplayAsync(request.ToFilter(), ActorOf(context), request.Again, cancellation);
    }

    private static async Task<DeadLetterActionResult> DiscardAsync(HttpContext context, DeadLetterActions acts, CancellationToken cancellation)
    {
        var request = await RequestAsync(context, cancellation);
        return await acts.DiscardAsync(request.ToFilter(), ActorOf(context), cancellation);
    }

    private static async Task<DeadLetterActionRequest> RequestAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = await RequestBodyReader.ReadOneAsync<DeadLetterActionRequest>(context, cancellation);
        return request.Error is { } fault ? throw ApiException.Invalid(fault) : request;
    }

    private static string ActorOf(HttpContext context) => Actor.Of(context.User);
}
