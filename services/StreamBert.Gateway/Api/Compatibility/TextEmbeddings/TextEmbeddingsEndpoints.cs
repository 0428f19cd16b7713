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
/// Maps the routes of Hugging Face's Text Embeddings Inference for a classifier. The texts take the same way as those of
/// <c>/v1/classify</c>.
/// </summary>
internal static class TextEmbeddingsEndpoints
{
    private const string Tag = "Text Embeddings Inference";
    private const string NoEmbeddings = "Model is not an embedding model: it classifies. Send texts to POST /predict.";
    private const string NoSparseEmbeddings
        = "Model is not an embedding model with SPLADE pooling: it classifies. Send texts to POST /predict.";
    private const string NoRanks = "model is not a re-ranker model: it classifies. Send texts to POST /predict.";

    private const string NoDecoding = "tokens cannot be decoded here; POST /tokenize returns the position of each token in its text.";

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

    /// <summary>The paths except the root, which is the dashboard for GET.</summary>
    private static readonly HashSet<string> Paths = new(
        [
            .. Predictions.Select(static route => route.Path).Where(static path => path != "/"), .. OtherModels.Select(
                static route => route.Path),
            .. Healths.Select(static route => route.Path), "/info", "/vertex", "/tokenize", "/decode",
        ], StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<ErrorFormat> ErrorFormats { get; } =
    [
        new(static request => OpenAiPaths.Contains(Path(request)), TextEmbeddingsErrors.FormatAsOpenAi),
        new(
            static request => Paths.Contains(Path(request)) || (request.Path == "/" && HttpMethods.IsPost(request.Method)),
            TextEmbeddingsErrors.Format),
    ];

    public static void MapTextEmbeddings(this WebApplication app)
    {
        var api = app.MapGroup("").LimitConcurrency().DisableAntiforgery().WithTags(Tag);
        MapPredictions(api);
        foreach (var (path, name, why) in OtherModels)
        {
            api.MapPost(path, IResult () => throw TextEmbeddingsErrors.WrongModel(why)).RequireRole(Roles.Ingest).WithName(name)
                .WithSummary("Not supported: the model is a classifier")
                .WithDescription("Always 424, as that server answers for a model of another kind.").WithErrors(424);
        }

        api.MapPost("/tokenize", TokenizeAsync).RequireRole(Roles.Ingest).WithName("tokenize")
            .WithSummary("Tokenize texts")
            .WithDescription(
                "Returns the tokens of each text without truncation; positions are in bytes of its UTF-8. A worker tokenizes the texts "
                    + "by way of the log.")
            .Accepts<TokenizeRequest>(MediaTypes.Json).Produces<IReadOnlyList<IReadOnlyList<SimpleToken>>>()
                .WithErrors(400, 413, 422, 424, 429, 503);
        api.MapPost("/decode", static IResult () => throw TextEmbeddingsErrors.WrongModel(NoDecoding)).RequireRole(Roles.Ingest)
            .WithName("decode")
            .WithSummary("Not supported: tokens cannot be decoded here")
            .WithDescription("Always 424.").WithErrors(424);
        api.MapGetAndHead("/info", InfoAsync).RequireRole(Roles.Read).WithName("info")
            .WithSummary("Describe the model")
            .WithDescription("Returns the model, its labels as far as they are known, and the limits.").Produces<InfoResponse>();
        foreach (var (path, name) in Healths)
        {
            api.MapGetAndHead(path, Health).OpenToAll().WithName(name)
                .WithSummary("Are texts accepted?")
                .WithDescription("200 without a body, or 503. `/health/ready` has the details.").Produces(StatusCodes
                    .Status200OK).WithErrors(503);
        }
    }

    private static void MapPredictions(RouteGroupBuilder api)
    {
        foreach (var (path, name) in Predictions)
        {
            api.MapPost(path, PredictAsync).RequireRole(Roles.Ingest).WithName(name)
                .WithSummary("Classify one text or a batch")
                .WithDescription("Returns every label and its score, the highest first: a list for one text, a list of lists for a batch. "
                    + "Pipeline and head are configuration (`Gateway:Compatibility`).")
                .Accepts<PredictRequest>(MediaTypes.Json).Produces<IReadOnlyList<PredictedLabel>>()
                    .WithErrors(400, 413, 422, 424, 429, 503);
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
        Results.Ok(await predictor.PredictAsync(await RequestBodyReader.ReadObjectAsync<PredictRequest>(context, cancellation),
            cancellation));

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
        var (pipeline, head) = compatibility.Resolve(pipelines);
        var known = (await labels.GetAsync(pipeline.Name, cancellation)).GetValueOrDefault(head) ?? [];
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
        StatusCodes.Status503ServiceUnavailable, "waiting", "Not ready", "unhealthy; /health/ready has the details.");

    private static string Path(HttpRequest request) => request.Path.Value is { Length: > 1 } path ? path.TrimEnd('/') : "";

    private static RouteHandlerBuilder WithErrors(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses) endpoint.Produces<TextEmbeddingsError>(status);
        return endpoint;
    }
}
