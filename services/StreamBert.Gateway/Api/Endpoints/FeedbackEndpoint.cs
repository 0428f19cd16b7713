using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Labelling;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Confirms that feedback was accepted.</summary>
internal sealed record FeedbackAccepted(int Accepted)
{
    [Description("What was ignored, or read differently from what was sent; absent if there is nothing.")]
    public IReadOnlyList<string>? Notes { get; init; }
}

/// <summary>Confirms that labels were withdrawn.</summary>
internal sealed record WithdrawnLabels(
    [property: Description("The heads whose labels were withdrawn.")] IReadOnlyList<string> Withdrawn);

/// <summary>Accepts feedback and its withdrawal.</summary>
internal static class FeedbackEndpoint
{
    public static void MapFeedback(this RouteGroupBuilder api)
    {
        MapPost(api);
        api.MapDelete("/feedback/{**id}", DeleteAsync).RequireRole(Roles.Annotate)
            .WithTags("Feedback").WithName("deleteFeedback")
            .WithSummary("Withdraw a label")
            .WithDescription(
                "From now on it is as if the label had not been given: later data sets do not have it, it does not count towards a "
                + "training or in the labelled accuracy, and the text is offered for labelling again. Versions that were trained on it "
                + "are not changed. Without an `annotator`, it is the label of the actor of the request; naming another annotator "
                + "requires the role `annotate-as`, too. 404 if the annotator has no such label, also because it was withdrawn before.")
            .Produces<WithdrawnLabels>(StatusCodes.Status202Accepted)
            .WithProblems(400, 404, 429, 503);
    }

    private static void MapPost(RouteGroupBuilder api) => api.MapPost("/feedback", PostAsync).RequireRole(Roles.Annotate)
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

    private static async Task<IResult> DeleteAsync(
        [Description("The id of the text.")] string id, HttpContext context, LabelWithdrawal labels,
        [Description("The head whose label is withdrawn; default: all that the annotator has labelled.")] string? head,
        [Description("The pipeline; default: all in which the annotator has labelled the text.")] string? pipeline,
        [Description("Who gave the label; default: the actor of the request.")] string? annotator,
        CancellationToken cancellation)
    {
        var sender = FeedbackSender.Of(context.User);
        var withdrawn = await labels.WithdrawAsync(id, pipeline, head, annotator, sender, cancellation);
        if (withdrawn.Count > 0)
            return Results.Accepted(value: new WithdrawnLabels(withdrawn));
        var name = string.IsNullOrWhiteSpace(annotator) ? sender.Name : annotator;
        var ofHead = head is null ? "" : $"the head '{Excerpt.Quote(head)}' of ";
        throw ApiException.NotFound($"'{Excerpt.Quote(name)}' has no label on {ofHead}the text '{Excerpt.Quote(id)}': "
            + "none was given, it was withdrawn, or retention has removed it from the log.");
    }
}
