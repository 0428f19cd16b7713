using System.ComponentModel;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Operations.DeadLetters;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Lists, shows, replays and discards dead letters.</summary>
internal static class DeadLetterEndpoints
{
    private const string Tag = "Dead letters";
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1_000;

    public static void MapDeadLetters(this RouteGroupBuilder api)
    {
        api.MapGet("/dead-letters", ListAsync).RequireRole(Roles.Read).WithTags(Tag).WithName("listDeadLetters")
            .WithSummary("List dead letters")
            .WithDescription("Returns the records that could not be classified, the latest first, with the reason and without their "
                + "bytes; with their state, who replayed or discarded them, and the outcome of a replay.")
            .Produces<DeadLetterPage>().WithProblems(400, 429, 503);
        api.MapGet("/dead-letters/{partition:int}/{offset:long}", GetAsync).RequireRole(Roles.Read).WithTags(Tag).WithName("getDeadLetter")
            .WithSummary("Read one dead letter")
            .WithDescription("Returns the dead letter with the original key, value and headers: as text if they are valid UTF-8, else "
                + "as base64.")
            .Produces<DeadLetterDetails>().WithProblems(404, 429, 503);
        api.MapPost("/dead-letters/replay", ReplayAsync).RequireRole(Roles.Admin).Costly().WithTags(Tag).WithName("replayDeadLetters")
            .WithSummary("Replay dead letters")
            .WithDescription("Appends the original records again, unchanged except for the header `replay-of`. A dead letter is "
                + "replayed once, unless `again` is true.")
            .Accepts<DeadLetterActionRequest>(MediaTypes.Json).Produces<DeadLetterActionResult>().WithProblems(400, 413, 415, 429, 503);
        api.MapPost("/dead-letters/discard", DiscardAsync).RequireRole(Roles.Admin).Costly().WithTags(Tag).WithName("discardDeadLetters")
            .WithSummary("Discard dead letters")
            .WithDescription("Changes the state only: nothing is deleted, and a discarded dead letter can still be replayed with `again`.")
            .Accepts<DeadLetterActionRequest>(MediaTypes.Json).Produces<DeadLetterActionResult>().WithProblems(400, 413, 415, 429, 503);
    }

    private static Task<DeadLetterPage> ListAsync(
        DeadLetterReader letters,
        [Description("Only dead letters of this pipeline.")] string? pipeline,
        [Description("Only dead letters with this reason, such as `not-json`.")] string? reason,
        [Description("Only dead letters of this input topic.")] string? topic,
        [Description("Only records that failed at this time or later (ISO 8601).")] string? from,
        [Description("Only records that failed before this time (ISO 8601).")] string? to,
        [Description("Only the dead letter with this id, `partition/offset`.")] string? id,
        [Description("Only the dead letter of the record at this position, `topic/partition/offset`.")] string? origin,
        [Description("`open`, `replayed` or `discarded`.")] string? state,
        [Description("1 to 1,000; default 50.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var filter = new DeadLetterFilter
        {
            Pipeline = pipeline,
            Reason = reason,
            Topic = topic,
            From = QueryParameters.ParseTime("from", from),
            To = QueryParameters.ParseTime("to", to),
            Id = id,
            Origin = origin,
            State = state,
        };
        return filter.Error is { } error
            ? throw ApiException.Invalid(error)
            : letters.ListAsync(filter, QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit), cursor, cancellation);
    }

    /// <summary>
    /// Reads a dead letter. Its size is known only after the read, so the memory of the largest possible one is reserved until then.
    /// </summary>
    private static async Task<DeadLetterDetails> GetAsync(
        int partition, long offset, DeadLetterReader letters, ReadLease lease, PipelineCatalog pipelines, CancellationToken cancellation)
    {
        var maximum = 2L * pipelines.Limits.RecordBytes;
        await lease.TryAcquireAsync(maximum, cancellation);
        var letter = await letters.FindAsync($"{partition}/{offset}", cancellation);
        lease.Release(maximum - Math.Min(maximum, 2L * (letter?.Value?.Bytes ?? 0)));
        return letter ?? throw ApiException.NotFound($"There is no dead letter {partition}/{offset}.");
    }

    private static async Task<DeadLetterActionResult> ReplayAsync(
        HttpContext context, DeadLetterActions actions, CancellationToken cancellation)
    {
        var request = await ReadRequestAsync(context, cancellation);
        return await actions.ReplayAsync(request.ToFilter(), Actor.Of(context.User), request.Again, cancellation);
    }

    private static async Task<DeadLetterActionResult> DiscardAsync(
        HttpContext context, DeadLetterActions actions, CancellationToken cancellation)
    {
        var request = await ReadRequestAsync(context, cancellation);
        return await actions.DiscardAsync(request.ToFilter(), Actor.Of(context.User), cancellation);
    }

    private static async Task<DeadLetterActionRequest> ReadRequestAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = await RequestBodyReader.ReadOneAsync<DeadLetterActionRequest>(context, cancellation);
        return request.Error is { } error ? throw ApiException.Invalid(error) : request;
    }
}
