using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>What was taken in.</summary>
internal sealed record TextsAccepted(int Accepted, [property: Description("The ids, in the order of the texts.")] IReadOnlyList<string> Ids)
{
    [Description("What was ignored, or read in another way than it was sent; absent where nothing was.")]
    public IReadOnlyList<string>? Notes { get; init; }
}

internal static class TextsEndpoint
{
    public static void MapTexts(this RouteGroupBuilder api) => api.MapPost("/texts", PostAsync).RequireRole(Roles.Ingest)
        .WithTags("Texts").WithName("postTexts")
        .WithSummary("Send texts to be classified")
        .WithDescription(
            "Takes one object, an array, or one object a line (`application/x-ndjson`). All are validated, then all are appended to the log at once: "
            + "202 means that they are durable and will be classified. Up to 5,000 texts and 8 MiB a request unless configured otherwise. "
            + "A field that is near a known name (`occured_at`) is refused; others that are not known are ignored, and `notes` names them. "
            + "CloudEvents are taken, too, structured (one, or a batch) or in binary mode: `id`, `source`, `subject` and `time` are those of the event, its data are the text or an object of the same fields.")
        .Accepts<TextRequest>(MediaTypes.Json, [.. MediaTypes.JsonCollections, CloudEvent.MediaType, CloudEvent.BatchMediaType, "text/*"])
        .Produces<TextsAccepted>(StatusCodes.Status202Accepted)
        .WithProblems(400, 413, 415, 429, 503);

    private static async Task<IResult> PostAsync(
        HttpContext context, TextAppender intake,
        [Description("The pipeline for texts that name none; default: the first configured.")] string? pipeline,
        CancellationToken cancellation)
    {
        if (intake.Pipeline(pipeline) is null) throw ApiException.Invalid(intake.UnknownPipeline(pipeline));
        var texts = await TextBodyReader.ReadAsync(context, cancellation);
        var ids = await intake.AppendAsync([.. texts.Select(static text => text.Value)], pipeline, cancellation);
        return Results.Accepted(value: new TextsAccepted(ids.Count, ids) { Notes = RequestNotes.Of(texts) });
    }
}
