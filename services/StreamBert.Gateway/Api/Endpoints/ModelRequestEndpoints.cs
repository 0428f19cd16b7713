using System.ComponentModel;
using Microsoft.AspNetCore.Http.Features;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>What to promote.</summary>
internal sealed record PromotionBody
{
    [AcceptsScalar, Description("The version of the registry that is to serve.")]
    public required string Version { get; init; }

    [Description("How it is to begin: `immediate` (default), `shadow`: it classifies copies of texts, or `canary`: it answers a "
        + "share of the keys. It is promoted or rolled back by the conditions of Training:Rollout.")]
    public string? Stage { get; init; }
}

/// <summary>What to roll back to.</summary>
internal sealed record RollbackBody
{
    [AcceptsScalar, Description("The version that is to serve again; default: the one that served before.")]
    public string? To { get; init; }

    [Description("Why, for the audit log.")]
    public string? Reason { get; init; }
}

/// <summary>What to pin.</summary>
internal sealed record PinBody
{
    [AcceptsScalar, Description("The version, which must serve; default: whichever serves.")]
    public string? Version { get; init; }

    [Description("Why, for the audit log and the outcome of the runs that it stops.")]
    public string? Reason { get; init; }
}

/// <summary>Starts training, promotes, rolls back and pins: appends the request and answers with the decision of the trainer.</summary>
internal static class ModelRequestEndpoints
{
    private const string Waiting = " Answers with the decision of the trainer, or 202 after Gateway:ModelRequestDeadline (5 s).";
    private const string NoReason = "no reason given";

    public static void MapModelRequests(this RouteGroupBuilder api)
    {
        Describe(api.MapPost("/models/{model}/trainings", TrainAsync), "startTraining", "Start a training run",
            "Trains on all feedback, however little is new, as soon as no other run is in progress." + Waiting);
        Describe(api.MapPost("/models/{model}/promotions", PromoteAsync), "promoteModel", "Promote a version",
            "The version of the registry serves in every pipeline of the model. A training run in progress does not replace it: its "
                + "candidate is kept, not promoted." + Waiting).Accepts<PromotionBody>(MediaTypes.Json);
        Describe(api.MapPost("/models/{model}/rollbacks", RollBackAsync), "rollBackModel", "Roll back to an earlier version",
            "An earlier version serves again, by default the one before. A training run that started from the version that is rolled "
                + "back is cancelled. The body is optional." + Waiting).Accepts<RollbackBody>(isOptional: true, MediaTypes.Json);
        Describe(api.MapPost("/models/{model}/pins", PinAsync), "pinModel", "Pin the serving version",
            "Training continues and does not replace the version while it is pinned; its candidates are kept with that reason. A person "
                + "may promote another. The body is optional." + Waiting).Accepts<PinBody>(isOptional: true, MediaTypes.Json);
        Describe(api.MapDelete("/models/{model}/pins", UnpinAsync), "unpinModel", "Remove the pin of the serving version",
            "Training may replace the version again." + Waiting);
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string name, string summary, string description) =>
        route.RequireRole(Roles.Admin).Costly().WithTags("Models").WithName(name).WithSummary(summary).WithDescription(description)
            .Produces<ModelRequestResult>().Produces<ModelRequestResult>(StatusCodes.Status202Accepted)
            .WithProblems(400, 404, 409, 413, 415, 429, 503);

    private static Task<IResult> TrainAsync(
        [Description("The name of the model, such as default.")] string model, HttpContext context, ModelRequestClient client,
        PipelineCatalog pipelines, TimeProvider time, CancellationToken cancellation)
    {
        var request = new TrainingRequested { Model = model, By = Actor.Of(context.User), OccurredAt = time.GetUtcNow() };
        return SendAsync(request, pipelines.Limits.Validate(request), client, cancellation);
    }

    private static async Task<IResult> PromoteAsync(
        [Description("The name of the model, such as default.")] string model, HttpContext context, ModelRequestClient client,
        PipelineCatalog pipelines, TimeProvider time, CancellationToken cancellation)
    {
        var body = await RequestBodyReader.ReadOneAsync<PromotionBody>(context, cancellation);
        if (string.IsNullOrWhiteSpace(body.Version))
            throw ApiException.Invalid("version is missing; GET /v1/models lists the versions.");
        var request = new PromotionRequested
        {
            Model = model,
            Version = body.Version,
            Stage = body.Stage ?? PromotionRequested.Immediate,
            By = Actor.Of(context.User),
            OccurredAt = time.GetUtcNow(),
        };
        return await SendAsync(request, pipelines.Limits.Validate(request), client, cancellation);
    }

    private static async Task<IResult> RollBackAsync(
        [Description("The name of the model, such as default.")] string model, HttpContext context, ModelRequestClient client,
        PipelineCatalog pipelines, TimeProvider time, CancellationToken cancellation)
    {
        var body = await ReadOptionalAsync<RollbackBody>(context, cancellation) ?? new();
        var request = new RollbackRequested
        {
            Model = model,
            To = body.To,
            By = Actor.Of(context.User),
            Reason = body.Reason ?? NoReason,
            OccurredAt = time.GetUtcNow(),
        };
        return await SendAsync(request, pipelines.Limits.Validate(request), client, cancellation);
    }

    private static async Task<IResult> PinAsync(
        [Description("The name of the model, such as default.")] string model, HttpContext context, ModelRequestClient client,
        PipelineCatalog pipelines, TimeProvider time, CancellationToken cancellation)
    {
        var body = await ReadOptionalAsync<PinBody>(context, cancellation) ?? new();
        return await ChangePinAsync(model, body, true, context, client, pipelines, time, cancellation);
    }

    private static Task<IResult> UnpinAsync(
        [Description("The name of the model, such as default.")] string model, HttpContext context, ModelRequestClient client,
        PipelineCatalog pipelines, TimeProvider time, CancellationToken cancellation) =>
        ChangePinAsync(model, new(), false, context, client, pipelines, time, cancellation);

    private static Task<IResult> ChangePinAsync(
        string model, PinBody body, bool pinned, HttpContext context, ModelRequestClient client, PipelineCatalog pipelines,
        TimeProvider time, CancellationToken cancellation)
    {
        var request = new PinRequested
        {
            Model = model,
            Version = body.Version,
            Pinned = pinned,
            By = Actor.Of(context.User),
            Reason = body.Reason,
            OccurredAt = time.GetUtcNow(),
        };
        return SendAsync(request, pipelines.Limits.Validate(request), client, cancellation);
    }

    private static async Task<IResult> SendAsync<T>(T request, LimitFault? fault, ModelRequestClient client, CancellationToken cancellation)
        where T : IModelRequest
    {
        QueryParameters.ThrowIfInvalid(fault);
        var result = await client.RequestAsync(request, cancellation);
        return result.State == ModelRequestResult.Undecided ? Results.Accepted("/v1/models", result) : Results.Ok(result);
    }

    private static async Task<T?> ReadOptionalAsync<T>(HttpContext context, CancellationToken cancellation)
        where T : class => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            ? await RequestBodyReader.ReadOneAsync<T>(context, cancellation) : null;
}
