using Microsoft.Extensions.Options;
using StreamBert.Gateway.Api.Compatibility.OpenInference;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Status;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Compatibility.TextEmbeddings;

/// <summary>
/// The routes of Hugging Face's Text Embeddings Inference for a classifier, so that its clients work here; the texts take the way of
/// <c>/v1/classify</c>.
/// </summary>
internal static class TextEmbeddingsEndpoints
{
    private const string Tag = "Text Embeddings Inference";
    private const string NoEmbeddings = "Model is not an embedding model: it classifies. Send texts to POST /predict.";
    private const string NoSparseEmbeddings
        = "Model is not an embedding model with SPLADE pooling: it classifies. Send texts to POST /predict.";
    private const string NoRanks = "model is not a re-ranker model: it classifies. Send texts to POST /predict.";

    private const string NoDecoding = "tokens are not turned back into text here; POST /tokenize tells each token's place in its text.";

    /// <summary>For a classifier, <c>/</c> and SageMaker's route predict there.</summary>
    private static readonly (string Path, string Name)[] Predictions
        = [("/predict", "predict"), ("/", "predictAtRoot"), ("/invocations", "invocations")];

    private static readonly (string Path, string Name, string Why)[] OtherModels =
    [
        ("/embed", "embed", NoEmbeddings), ("/embed_all", "embedAll", NoEmbeddings), ("/embed_sparse", "embedSparse", NoSparseEmbeddings),
        ("/similarity", "similarity", NoEmbeddings), ("/rerank", "rerank", NoRanks),
        ("/embeddings", "openAiEmbeddings", NoEmbeddings), ("/v1/embeddings", "openAiEmbeddingsV1", NoEmbeddings),
    ];

    private static readonly (string Path, string Name)[] Healths = [("/health", "health"), ("/ping", "ping")];

    private static readonly HashSet<string> OpenAiPaths = new(["/embeddings", "/v1/embeddings"], StringComparer.OrdinalIgnoreCase);

    /// <summary>But for the root, where the dashboard is read.</summary>
    private static readonly HashSet<string> Paths = new(
        [
            .. Predictions.Select(static route => route.Path).Where(static path => path != "/"), .. OtherModels.Select(
                static route => route.Path),
            .. Healths.Select(static route => route.Path), "/info", "/vertex", "/tokenize", "/decode",
        ], StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<ErrorFormat> Dialects { get; } =
    [
        new(static request => OpenAiPaths.Contains(Path(request)), TextEmbeddingsErrors.SayAsOpenAi),
        new(
            static request => Paths.Contains(Path(request)) || (request.Path == "/" && HttpMethods.IsPost(request.Method)),
            TextEmbeddingsErrors.Say),
    ];

    public static void MapTextEmbeddings(this WebApplication app)
    {
        var api = app.MapGroup("").LimitConcurrency().DisableAntiforgery().WithTags(Tag);
        MapPredictions(api);
        foreach (var (path, name, why) in OtherModels)
        {
            api.MapPost(path, IResult () => throw TextEmbeddingsErrors.WrongModel(why)).RequireRole(Roles.Ingest).WithName(name)
                .WithSummary("Not possible: the model is a classifier")
                .WithDescription("Always 424, as there for a model of another kind.").WithErrors(424);
        }

        api.MapPost("/tokenize", TokenizeAsync).RequireRole(Roles.Ingest).WithName("tokenize")
            .WithSummary("Which tokens the model reads")
            .WithDescription(
                "A list of tokens for each text, the whole text long; places in bytes of its UTF-8. A worker answers, by way of the log.")
            .Accepts<TokenizeRequest>(MediaTypes.Json).Produces<IReadOnlyList<IReadOnlyList<SimpleToken>>>().WithErrors(400, 413, 422, 424, 429, 503);
        api.MapPost("/decode", static IResult () => throw TextEmbeddingsErrors.WrongModel(NoDecoding)).RequireRole(Roles.Ingest).WithName("decode")
            .WithSummary("Not possible: tokens are not turned back into text here")
            .WithDescription("Always 424.").WithErrors(424);
        api.MapGetAndHead("/info", InfoAsync).RequireRole(Roles.Read).WithName("info")
            .WithSummary("What answers here")
            .WithDescription("The model, its labels as far as a prediction has shown them, and the limits.").Produces<InfoResponse>();
        foreach (var (path, name) in Healths)
        {
            api.MapGetAndHead(path, Health).OpenToAll().WithName(name)
                .WithSummary("Can texts be taken in?")
                .WithDescription("200 without a body, or 503. `/health/ready` tells more.").Produces(StatusCodes
                    .Status200OK).WithErrors(503);
        }
    }

    private static void MapPredictions(RouteGroupBuilder api)
    {
        foreach (var (path, name) in Predictions)
        {
            api.MapPost(path, PredictAsync).RequireRole(Roles.Ingest).WithName(name)
                .WithSummary("Classify one text or a batch")
                .WithDescription("Answers with every label and its score, the highest first: a list for one text, a list of lists for a batch. "
                    + "Pipeline and head are configuration (`Gateway:Compatibility`).")
                .Accepts<PredictRequest>(MediaTypes.Json).Produces<IReadOnlyList<PredictedLabel>>().WithErrors(400, 413, 422, 424, 429, 503);
        }

        api.MapPost("/vertex", VertexAsync).RequireRole(Roles.Ingest).WithName("vertex")
            .WithSummary("Classify for a client of Vertex AI")
            .WithDescription("`instances` are bodies of `/predict`, and `predictions` their answers.")
            .Accepts<VertexRequest>(MediaTypes.Json).Produces<VertexResponse>().WithErrors(400, 413, 422, 424, 429, 503);
    }

    private static async Task<IResult> PredictAsync(
        HttpContext context,
        TextEmbeddingsPredictor predictor,
        CancellationToken cancellation) =>
        Results.Ok(await predictor.PredictAsync(await RequestBodyReader.ReadObjectAsync<PredictRequest>(context, cancellation), cancellation));

    private static async Task<IReadOnlyList<IReadOnlyList<SimpleToken>>> TokenizeAsync(
        HttpContext context, TextEmbeddingsTokenizer tokens, CancellationToken cancellation) =>
        await tokens.TokenizeAsync(await RequestBodyReader.ReadObjectAsync<TokenizeRequest>(context, cancellation), cancellation);

    private static async Task<VertexResponse> VertexAsync(
        HttpContext context,
        TextEmbeddingsPredictor predictor,
        CancellationToken cancellation)
    {
        var request = await RequestBodyReader.ReadObjectAsync<VertexRequest>(context, cancellation);
        if (request.Instances is not { } instances || instances.Any(static instance => instance is null))
            throw ApiException.Invalid("instances is missing; it must be an array of bodies of /predict.");
        return new(await Task.WhenAll(instances.Select(instance => predictor.PredictAsync(instance, cancellation))));
    }

    private static async Task<InfoResponse> InfoAsync(
        PipelineCatalog pipelines, LabelCatalog labels, IOptions<GatewayOptions> options, CancellationToken cancellation)
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

    private static IResult Health(Readiness readiness) => readiness.IsReady ? Results.Ok() : throw new ApiException(
        StatusCodes.Status503ServiceUnavailable, "waiting", "Not ready", "unhealthy; /health/ready says what is waited for.");

    private static string Path(HttpRequest request) => request.Path.Value is { Length: > 1 } path ? path.TrimEnd('/') : "";

    private static RouteHandlerBuilder WithErrors(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses) endpoint.Produces<TextEmbeddingsError>(status);
        return endpoint;
    }
}
