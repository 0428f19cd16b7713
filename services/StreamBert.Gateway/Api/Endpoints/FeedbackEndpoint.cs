using System.ComponentModel;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Confirms that feedback was accepted.</summary>
internal sealed record FeedbackAccepted(int Accepted)
{
    [Description("What was ignored, or read differently from what was sent; absent if there is nothing.")]
    public IReadOnlyList<string>? Notes { get; init; }
}

/// <summary>Accepts feedback.</summary>
internal static class FeedbackEndpoint
{
    public static void MapFeedback(this RouteGroupBuilder api) => api.MapPost("/feedback", PostAsync).RequireRole(Roles.Annotate)
        .WithTags("Feedback").WithName("postFeedback")
        .WithSummary("Send the correct label of a text")
        .WithDescription(
            "Accepts one object, an array, one object per line, or CSV with a header of the same names. Pipeline, head and label are "
                + "validated against the stored prediction, or else against the serving model; "
            + "`0.0` and `0` are the same label. The model learns from feedback at its next training. Either all feedback is accepted "
            + "or none. Without an `annotator`, "
            + "it belongs to the actor of the request; naming another annotator requires the role `annotate-as`, too.")
        .Accepts<FeedbackRequest>(MediaTypes.Json, [.. MediaTypes.JsonCollections, MediaTypes.Csv])
        .Produces<FeedbackAccepted>(StatusCodes.Status202Accepted)
        .WithProblems(400, 413, 415, 429, 503);

    private static async Task<IResult> PostAsync(HttpContext context, FeedbackAppender appender, CancellationToken cancellation)
    {
        var feedback = await RequestBodyReader.ReadTableAsync<FeedbackRequest>(context, cancellation);
        await appender.AppendAsync([.. feedback.Select(static item => item.Value)], FeedbackSender.Of(context.User), cancellation);
        return Results.Accepted(value: new FeedbackAccepted(feedback.Count) { Notes = RequestNotes.Of(feedback) });
    }
}
