using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Compatibility.TextEmbeddings;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Gateway.Status;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Api.Compatibility.OpenInference;

/// <summary>
/// Maps the Open Inference Protocol (version 2, REST) for clients of KServe, Triton and others. A model is a pipeline; the texts take
/// the same way as those of <c>/v1/classify</c>.
/// </summary>
internal static class OpenInferenceEndpoints
{
    private const string Tag = "Open Inference Protocol";
    private const string JsonLength = "Inference-Header-Content-Length";
    private const string Root = "/v2";

    /// <summary>The error format of all paths under the prefix.</summary>
    public static ErrorFormat ErrorFormat { get; } = new(
        static request => request.Path.StartsWithSegments(Root), static problem => (problem.Status
            ?? 500, new OpenInferenceError(problem.Detail ?? problem.Title!)));

    public static void MapOpenInference(this WebApplication app)
    {
        var api = app.MapGroup(Root).LimitConcurrency().DisableAntiforgery().WithTags(Tag);
        api.MapGetAndHead("", static () => new ServerMetadata("streambert", StatusReader.Version, [])).RequireRole(Roles.Read)
            .WithName("serverMetadata").WithSummary("Describe the server").WithDescription(
                "Returns its name and version.").Produces<ServerMetadata>();
        api.MapGetAndHead("/health/live", static () => new ServerLive(true)).OpenToAll()
            .WithName("serverLive").WithSummary("Is the server alive?").WithDescription(
                "200 as long as it responds.").Produces<ServerLive>();
        api.MapGetAndHead("/health/ready", static (Readiness readiness) => Ready(readiness, new ServerReady(readiness.IsReady))).OpenToAll()
            .WithName("serverReady").WithSummary("Is the server ready?").WithDescription(
                "200, or 503 with `ready` false.").Produces<ServerReady>().Produces<ServerReady>(503);
        foreach (var (path, suffix) in new[] { ("/models/{name}", ""), ("/models/{name}/versions/{version}", "Version") })
        {
            api.MapGetAndHead(path, MetadataAsync).RequireRole(Roles.Read).WithName($"model{suffix}Metadata")
                .WithSummary("Describe the tensors of a pipeline")
                .WithDescription("One input of texts; for each head its labels, their scores, the best label and its confidence. The "
                    + "number of labels is -1 until it is known.")
                .Produces<ModelMetadata>()
                .WithErrors(404, 429, 503);
            api.MapGetAndHead($"{path}/ready", ReadyAsync).RequireRole(Roles.Read).WithName($"model{suffix}Ready")
                .WithSummary("Is a pipeline ready?")
                .WithDescription(
                    "200, or 503 with `ready` false. A version is ready while it serves.")
                .Produces<ModelReady>()
                .Produces<ModelReady>(503)
                .WithErrors(404, 429);
            api.MapPost($"{path}/infer", InferAsync).RequireRole(Roles.Ingest).WithName($"model{suffix}Infer")
                .WithSummary("Classify the texts of a tensor")
                .WithDescription(
                    "One BYTES input of shape [n] or [n, 1]. For each head: `HEAD.label` [n], `HEAD.confidence` [n], `HEAD.scores` [n, "
                        + "labels] with its columns named by `HEAD.labels` [labels]. "
                    + "With a version in the path, 404 unless that version responded.")
                .Accepts<InferRequest>(isOptional: true, MediaTypes.Json, "application/octet-stream")
                .Produces<InferResponse>()
                .WithErrors(400, 404, 413, 422, 429, 503, 504);
        }
    }

    private static async Task<ModelMetadata> MetadataAsync(
        PipelineCatalog pipelines, LabelCatalog labels, StateStore store, [Description(
            "The pipeline.")] string name, string? version, CancellationToken cancellation)
    {
        var pipeline = Pipeline(pipelines, name);
        var serving = await ServingAsync(store, pipeline, version, cancellation);
        var known = await labels.GetAsync(pipeline.Name, cancellation);
        return new(name, serving is null ? null : [serving], "streambert", [new("text", TextTensorReader.Bytes, [-1])],
            [.. pipeline.Heads.SelectMany(head => HeadTensors.Metadata(head, known.TryGetValue(head, out var of) ? of.Count : -1))]);
    }

    private static async Task<IResult> ReadyAsync(
        PipelineCatalog pipelines, StateStore store, Readiness readiness, [Description(
            "The pipeline.")] string name, string? version, CancellationToken cancellation)
    {
        var pipeline = Pipeline(pipelines, name);
        if (version is not null) await ServingAsync(store, pipeline, version, cancellation);
        return Ready(readiness, new ModelReady(name, readiness.IsReady));
    }

    private static async Task<InferResponse> InferAsync(
        HttpContext context, InteractiveClassifier classifier, PipelineCatalog pipelines, IOptions<GatewayOptions> options,
        [Description("The pipeline.")] string name, string? version, CancellationToken cancellation)
    {
        var pipeline = Pipeline(pipelines, name);
        var (json, binary) = Split(context.Request, await RequestBodyReader.ReadBytesAsync(context, cancellation));
        var request = RequestItemParser.ParseObject<InferRequest>(json);
        QueryParameters.ThrowIfInvalid(pipelines.Limits.ValidateId("id", request.Id));
        var texts = TextTensorReader.Read(request, binary);
        if (texts.Count > options.Value.MaxClassifyTexts)
        {
            throw ApiException.TooLarge($"One request takes {options.Value.MaxClassifyTexts} texts (Gateway:MaxClassifyTexts), not "
                + $"{texts.Count}. Send them in several.");
        }

        var selected = SelectOutputs(request, pipeline);
        var predictions = await classifier.ClassifyAsync(texts, pipeline.Name, null, cancellation);
        if (version is not null && predictions.FirstOrDefault(prediction => prediction.ModelVersion != version) is { } other)
            throw NotServing(version, other.ModelVersion);
        return new(name, predictions[^1].ModelVersion, request.Id,
            [.. pipeline.Heads.SelectMany(head => HeadTensors.Of(head, predictions)).Where(output => selected.Contains(output.Name))]);
    }

    /// <summary>Splits the body of Triton clients, which append binary tensors to the JSON and send its length in a header.</summary>
    private static (ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> Binary) Split(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (!request.Headers.TryGetValue(JsonLength, out var header)) return (body, default);
        return int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= body.Length
            ? (body[..length], body[length..])
            : throw ApiException.Invalid(
                $"The header {JsonLength} is '{header}'; it must be the number of bytes of the JSON in this body of {body.Length}.");
    }

    private static HashSet<string> SelectOutputs(InferRequest request, PipelineOptions pipeline)
    {
        var given = pipeline.Heads.SelectMany(static head => HeadTensors.Metadata(head, -1)).Select(static output => output.Name)
            .ToHashSet();
        if (request.Outputs is not { Count: > 0 } outputs) return given;
        if (outputs.Any(static output => output?.Name is null)) throw ApiException.Invalid("outputs holds an entry without a name.");
        return outputs.FirstOrDefault(output => !given.Contains(output.Name)) is { } unknown
            ? throw ApiException.Invalid($"There is no output '{unknown.Name}'; there are {string.Join(", ", given)}.")
            : [.. outputs.Select(static output => output.Name)];
    }

    private static PipelineOptions Pipeline(PipelineCatalog pipelines, string name) => pipelines.Find(name)
        ?? throw ApiException.NotFound($"There is no model '{name}'. A model here is a pipeline: "
            + $"{string.Join(", ", pipelines.All.Select(static pipeline => pipeline.Name))}.");

    /// <summary>Finds the serving version; null if it is not known.</summary>
    /// <exception cref="ApiException">Another version is requested.</exception>
    private static async Task<string?> ServingAsync(
        StateStore store,
        PipelineOptions pipeline,
        string? requested,
        CancellationToken cancellation)
    {
        var models = await store.ListModelsAsync(cancellation);
        var serving = models.FirstOrDefault(model => model.Model == pipeline.Model && model.State == ModelStates.Serving)?.Version;
        return requested is null || requested == serving ? serving : throw NotServing(requested, serving);
    }

    private static ApiException NotServing(string requested, string? serving) =>
        ApiException.NotFound($"The version '{requested}' does not serve; "
            + $"{(serving is null ? "the serving version is not known yet" : $"'{serving}' does")}. Leave the version out to use the "
            + "serving one.");

    private static IResult Ready(Readiness readiness, object view) =>
        Results.Json(view, statusCode: readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static RouteHandlerBuilder WithErrors(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses) endpoint.Produces<OpenInferenceError>(status);
        return endpoint;
    }
}
