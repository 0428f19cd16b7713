using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Confirms that texts were accepted.</summary>
internal sealed record TextsAccepted(int Accepted, [property: Description("The ids in the order of the texts.")] IReadOnlyList<string> Ids)
{
    [Description("What was ignored, or read differently from what was sent; absent if there is nothing.")]
    public IReadOnlyList<string>? Notes { get; init; }
}

/// <summary>Accepts texts.</summary>
internal static class TextsEndpoint
{
    public static void MapTexts(this RouteGroupBuilder api) => api.MapPost("/texts", PostAsync).RequireRole(Roles.Ingest)
        .WithTags("Texts").WithName("postTexts")
        .WithSummary("Send texts to be classified")
        .WithDescription(
            "Accepts one object, an array, or one object per line (`application/x-ndjson`). All texts are validated, then all are "
                + "appended to the log together: "
            + "202 means that they are durable and will be classified. One request may have 5,000 texts and 8 MiB unless configured "
            + "otherwise. "
            + "A field that resembles a known name (`occured_at`) is rejected; other unknown fields are ignored and listed in `notes`. "
            + "CloudEvents are accepted too, in structured, batched or binary mode: `id`, `source`, `subject` and `time` are those of "
            + "the event, and its data is the text or an object with the same fields.")
        .Accepts<TextRequest>(MediaTypes.Json, [.. MediaTypes.JsonCollections, CloudEvent.MediaType, CloudEvent.BatchMediaType, "text/*"])
        .Produces<TextsAccepted>(StatusCodes.Status202Accepted)
        .WithProblems(400, 413, 415, 429, 503);

    private static async Task<IResult> PostAsync(
        HttpContext context, TextAppender appender,
        [Description("The pipeline of texts that name none; default: the first one.")] string? pipeline,
        CancellationToken cancellation)
    {
        if (appender.FindPipeline(pipeline) is null)
            throw ApiException.Invalid(appender.DescribeUnknownPipeline(pipeline));
        var texts = await TextBodyReader.ReadAsync(context, cancellation);
        var ids = await appender.AppendAsync([.. texts.Select(static text => text.Value)], pipeline, cancellation);
        return Results.Accepted(value: new TextsAccepted(ids.Count, ids) { Notes = RequestNotes.Of(texts) });
    }
}
