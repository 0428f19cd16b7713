using System.ComponentModel;
using StreamBert.Gateway.Commands;
using StreamBert.Gateway.Security;

namespace StreamBert.Gateway.Api;

/// <summary>What was taken in.</summary>
internal sealed record TextsAccepted(int Accepted, [property: Description("The ids, in the order of the texts.")] IReadOnlyList<string> Ids);

internal static class TextsApi
{
    public static void MapTexts(this RouteGroupBuilder api) => api.MapPost("/texts", PostAsync).RequireRole(Roles.Ingest)
        .WithTags("Texts").WithName("postTexts")
        .WithSummary("Send texts to be classified")
        .WithDescription(
            "Takes one object, an array, or one object a line (`application/x-ndjson`). All are validated, then all are appended to the log at once: "
            + "202 means that they are durable and will be classified. Up to 5,000 texts and 8 MiB a request unless configured otherwise. Unknown fields are ignored.")
        .Accepts<TextSubmission>(RequestBody.Json, RequestBody.JsonLines)
        .Produces<TextsAccepted>(StatusCodes.Status202Accepted)
        .WithProblems(400, 413, 415, 429, 503);

    private static async Task<IResult> PostAsync(
        HttpContext context, TextIntake intake,
        [Description("The pipeline for texts that name none; default: the first configured.")] string? pipeline,
        CancellationToken cancellation)
    {
        if (intake.Pipeline(pipeline) is null) throw ApiException.Invalid(intake.UnknownPipeline(pipeline));
        var texts = await RequestBody.ReadManyAsync<TextSubmission>(context, cancellation);
        var ids = await intake.AppendAsync(texts, pipeline, cancellation);
        return Results.Accepted(value: new TextsAccepted(ids.Count, ids));
    }
}
