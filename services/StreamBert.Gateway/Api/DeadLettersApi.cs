using System.ComponentModel;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Api;

internal sealed record DeadLetterList(IReadOnlyList<DeadLetterSummary> DeadLetters);

internal static class DeadLettersApi
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1_000;

    public static void MapDeadLetters(this RouteGroupBuilder api) => api.MapGet("/deadletters", GetAsync)
        .WithTags("Pipelines").WithName("getDeadLetters")
        .WithSummary("List recent dead letters")
        .WithDescription("Records that could not be classified, the latest first, with the reason and without the text. `streambert deadletter replay` runs them again.")
        .Produces<DeadLetterList>().WithProblems(400, 429, 503);

    private static async Task<DeadLetterList> GetAsync(
        StateStore store, [Description("1 to 1,000; default 50.")] int? limit, CancellationToken cancellation) =>
        new(await store.DeadLettersAsync(ApiRoutes.Limit(limit, DefaultLimit, MaxLimit), cancellation));
}
