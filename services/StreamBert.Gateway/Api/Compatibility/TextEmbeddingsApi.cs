using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Commands;
using StreamBert.Gateway.Security;
using StreamBert.Gateway.Status;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Gateway.Api.Compatibility;

/// <summary>The routes of Hugging Face's Text Embeddings Inference for a classifier, so that its clients work here; the texts take the way of <c>/v1/classify</c>.</summary>
internal static class TextEmbeddingsApi
{
    private const string Tag = "Text Embeddings Inference";

    /// <summary>Half of the last digit that scores have: what is below it is 0.</summary>
    private const double SmallestScore = 5e-7;

    private static readonly ErrorDialect Errors = new(static problem => Said(problem) is var (status, type) ? (status, new TextEmbeddingsError(problem.Detail ?? problem.Title!, type)) : default);

    public static void MapTextEmbeddings(this WebApplication app)
    {
        var api = app.MapGroup("").RequireRateLimiting(Overload.Requests).DisableAntiforgery().WithMetadata(Errors).WithTags(Tag);
        api.MapPost("/predict", PredictAsync).RequireRole(Roles.Ingest).WithName("predict")
            .WithSummary("Classify one text or a batch")
            .WithDescription("Answers with every label and its score, the highest first: a list for one text, a list of lists for a batch. Pipeline and head are configuration (`Gateway:Compatibility`).")
            .Accepts<PredictRequest>(RequestBody.Json).Produces<IReadOnlyList<PredictedLabel>>().WithErrors(400, 422, 424, 429, 503);
        api.MapGet("/info", InfoAsync).RequireRole(Roles.Read).WithName("info")
            .WithSummary("What answers here").WithDescription("The model, its labels as far as a prediction has shown them, and the limits.").Produces<InfoResponse>();
        api.MapPost("/embed", Embed).RequireRole(Roles.Ingest).WithName("embed")
            .WithSummary("Not possible: the model is a classifier").WithDescription("Always 424, as there for a model that gives no embeddings.").WithErrors(424);
        api.MapGet("/health", Health).OpenToAll().WithName("health")
            .WithSummary("Can texts be taken in?").WithDescription("200 without a body, or 503. `/health/ready` tells more.").Produces(StatusCodes.Status200OK).WithErrors(503);
    }

    private static async Task<IResult> PredictAsync(
        HttpContext context, InteractiveClassifier classifier, PipelineCatalog pipelines, IOptions<GatewayOptions> options, CancellationToken cancellation)
    {
        var request = await RequestBody.ReadObjectAsync<PredictRequest>(context, cancellation);
        var inputs = PredictInputs.From(request.Inputs);
        if (inputs.Texts.Count > options.Value.MaxClassifyTexts)
            throw ApiException.TooLarge($"batch size {inputs.Texts.Count} > maximum allowed batch size {options.Value.MaxClassifyTexts} (Gateway:MaxClassifyTexts)");
        var (pipeline, head) = options.Value.Compatibility.Choose(pipelines);
        var predictions = await classifier.ClassifyAsync(inputs.Texts, pipeline.Name, null, cancellation);
        CheckLength(request, predictions);
        if (predictions.Any(prediction => !prediction.Heads.ContainsKey(head)))
            throw ApiException.Invalid($"The head '{head}' gives no labels for a whole text; set Gateway:Compatibility:Head to one that does.");
        var answers = predictions.Select(prediction => Labels(prediction.Heads[head], request.RawScores)).ToList();
        return inputs.IsBatch ? Results.Ok(answers) : Results.Ok(answers[0]);
    }

    private static void CheckLength(PredictRequest request, IReadOnlyList<TextClassified> predictions)
    {
        if (predictions.FirstOrDefault(static prediction => prediction.Truncated) is not { } cut) return;
        if (request.Truncate == false)
            throw ApiException.Invalid($"`inputs` has more than the {cut.Tokens} tokens that the model takes, and truncate is false.");
        if (string.Equals(request.TruncationDirection, "left", StringComparison.OrdinalIgnoreCase))
            throw ApiException.Invalid($"`inputs` has more than the {cut.Tokens} tokens that the model takes, and what is too long is cut at its end; truncation_direction left is not possible.");
    }

    private static List<PredictedLabel> Labels(HeadPrediction answer, bool raw) =>
        [.. answer.Scores.OrderByDescending(static score => score.Value).Select(score => new PredictedLabel(raw ? Math.Log(Math.Max(score.Value, SmallestScore)) : score.Value, score.Key))];

    private static async Task<InfoResponse> InfoAsync(
        PipelineCatalog pipelines, KnownLabels labels, IOptions<GatewayOptions> options, CancellationToken cancellation)
    {
        var compatibility = options.Value.Compatibility;
        var (pipeline, head) = compatibility.Choose(pipelines);
        var known = (await labels.OfAsync(pipeline.Name, cancellation)).GetValueOrDefault(head) ?? [];
        return new()
        {
            ModelId = pipeline.Model,
            ModelDtype = compatibility.Dtype,
            ServedModelName = pipeline.Name,
            ModelType = new(new(
                known.Index().ToDictionary(static label => $"{label.Index}", static label => label.Item),
                known.Index().ToDictionary(static label => label.Item, static label => label.Index))),
            MaxConcurrentRequests = options.Value.MaxConcurrentRequests,
            MaxInputLength = compatibility.MaxInputTokens,
            MaxBatchTokens = compatibility.MaxBatchTokens,
            MaxClientBatchSize = options.Value.MaxClassifyTexts,
            AutoTruncate = true,
            TokenizationWorkers = Environment.ProcessorCount,
            Version = StatusReader.Version,
        };
    }

    private static IResult Embed() => throw new ApiException(
        StatusCodes.Status424FailedDependency, "no-embeddings", "No embeddings", "Model is not an embedding model: it classifies. Send texts to POST /predict.");

    private static IResult Health(Readiness readiness) => readiness.IsReady ? Results.Ok() : throw new ApiException(
        StatusCodes.Status503ServiceUnavailable, "waiting", "Not ready", "unhealthy; /health/ready says what is waited for.");

    /// <summary>That server's statuses and types of error.</summary>
    private static (int Status, string Type) Said(ProblemDetails problem) => problem.Status switch
    {
        400 when problem.Type == Problems.TypePrefix + PredictInputs.Empty => (400, "Empty"),
        400 or 413 or 415 => (422, "Validation"),
        401 or 403 => (problem.Status.Value, "Unauthorized"),
        429 => (429, "Overloaded"),
        503 => (503, "Unhealthy"),
        _ => (424, "Backend"),
    };

    private static RouteHandlerBuilder WithErrors(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses) endpoint.Produces<TextEmbeddingsError>(status);
        return endpoint;
    }
}
