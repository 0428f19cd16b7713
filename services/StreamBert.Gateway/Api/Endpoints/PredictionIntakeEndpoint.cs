using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Confirms that predictions were accepted.</summary>
internal sealed record PredictionsAccepted(
    int Accepted, [property: Description("The ids in the order of the predictions.")] IReadOnlyList<string> Ids);

/// <summary>Accepts the predictions of models that are served elsewhere.</summary>
internal static class PredictionIntakeEndpoint
{
    public static void MapPredictionIntake(this RouteGroupBuilder api) =>
        api.MapPost("/predictions/{pipeline}", PostAsync).RequireRole(Roles.Ingest)
            .WithTags("Predictions").WithName("postPredictions")
            .WithSummary("Send predictions of a model that is served elsewhere")
            .WithDescription(
                "For a pipeline with `Predictions`. Accepts your own JSON, which the settings of the pipeline describe (`Fields`, "
                    + "`Predictions`): one object, an array, or one object per line (`application/x-ndjson`); or CloudEvents in "
                    + "structured, batched or binary mode, such as those of KServe's inference logger. All predictions are validated, "
                    + "then all are appended to the log together: 202 means that they are durable and will be monitored. If one does "
                    + "not fit the mapping, none is accepted, and `errors` names its index and field. Each needs an id that is unique "
                    + "within the request. One request may have 5,000 predictions and 8 MiB unless configured otherwise.")
            .Accepts<object>(MediaTypes.Json, [.. MediaTypes.JsonCollections, CloudEvent.MediaType, CloudEvent.BatchMediaType])
            .Produces<PredictionsAccepted>(StatusCodes.Status202Accepted)
            .WithProblems(400, 404, 413, 415, 429, 503);

    private static async Task<IResult> PostAsync(
        [Description("The pipeline, which has `Predictions`.")] string pipeline,
        HttpContext context, PredictionAppender appender, PipelineCatalog pipelines, CancellationToken cancellation)
    {
        var body = await PredictionBodyReader.ReadAsync(context, cancellation);
        var ids = await appender.AppendAsync(Find(pipelines, pipeline), body, cancellation);
        return Results.Accepted(value: new PredictionsAccepted(ids.Count, ids));
    }

    /// <exception cref="ApiException">There is no such pipeline, or it classifies texts.</exception>
    private static PipelineOptions Find(PipelineCatalog pipelines, string name)
    {
        var pipeline = RulesEndpoints.Find(pipelines, name);
        return pipeline.Predictions is not null
            ? pipeline
            : throw ApiException.Invalid($"The pipeline '{name}' classifies texts itself: send them to POST /v1/texts?pipeline={name}, or "
                + "map the predictions of your model in its settings (Predictions).");
    }
}
