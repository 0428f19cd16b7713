using System.ComponentModel;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>How many verdicts were taken in.</summary>
internal sealed record FeedbackAccepted(int Accepted)
{
    [Description("What was ignored, or read in another way than it was sent; absent where nothing was.")]
    public IReadOnlyList<string>? Notes { get; init; }
}

internal static class FeedbackEndpoint
{
    public static void MapFeedback(this RouteGroupBuilder api) => api.MapPost("/feedback", PostAsync).RequireRole(Roles.Annotate)
        .WithTags("Feedback").WithName("postFeedback")
        .WithSummary("Say what the right label is")
        .WithDescription(
            "Takes one verdict, an array, or one a line. Pipeline, head and label are checked against what the stored prediction has, or before there is one against the model that serves; `0.0` and `0` are one label; "
            + "the model learns from them at its next training. All are taken or none. Without an `annotator` the verdict is that of whoever sends it.")
        .Accepts<FeedbackRequest>(MediaTypes.Json, MediaTypes.JsonCollections)
        .Produces<FeedbackAccepted>(StatusCodes.Status202Accepted)
        .WithProblems(400, 413, 415, 429, 503);

    private static async Task<IResult> PostAsync(HttpContext context, FeedbackAppender intake, CancellationToken cancellation)
    {
        var verdicts = await RequestBodyReader.ReadManyAsync<FeedbackRequest>(context, cancellation);
        await intake.AppendAsync([.. verdicts.Select(static verdict => verdict.Value)], Actor.Of(context.User), cancellation);
        return Results.Accepted(value: new FeedbackAccepted(verdicts.Count) { Notes = RequestNotes.Of(verdicts) });
    }
}
