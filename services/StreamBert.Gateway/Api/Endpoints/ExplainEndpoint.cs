using System.ComponentModel;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Holds a text whose prediction is to be explained.</summary>
internal sealed record ExplainRequest
{
    [Description("The text.")]
    public required string Text { get; init; }

    [Description("The pipeline; default: the first one.")]
    public string? Pipeline { get; init; }

    [Description("The head to explain; default: the first one of the pipeline.")]
    public string? Head { get; init; }

    [AcceptsScalar, Description("The label to explain; default: the one that the head predicts.")]
    public string? Label { get; init; }

    [Description("The deadline in milliseconds; default 5,000, at most 30,000 unless configured otherwise.")]
    public int? DeadlineMs { get; init; }
}

/// <summary>Explains the prediction of one text while the client waits.</summary>
internal static class ExplainEndpoint
{
    public static void MapExplain(this RouteGroupBuilder api) => api.MapPost("/explain", PostAsync).RequireRole(Roles.Ingest)
        .WithTags("Texts").WithName("explain")
        .WithSummary("Explain a prediction by its words")
        .WithDescription(
            "Classifies the text and returns in `explanations` how much each word contributes to the label's logit, by integrated "
                + "gradients: the attributions add up to "
            + "`score` - `baselineScore`, except for `completenessGap`. An explanation takes about a hundred times as long as a "
            + "classification; a worker computes one at a time and "
            + "delays no other text. 422 with the reason `cannot-explain` if the model has no such label; "
            + "otherwise as `POST /v1/classify`.")
        .Accepts<ExplainRequest>(MediaTypes.Json)
        .Produces<TextClassified>()
        .WithProblems(400, 413, 415, 422, 429, 503, 504);

    private static async Task<TextClassified> PostAsync(
        HttpContext context, InteractiveClassifier classifier, TextAppender texts, PipelineCatalog pipelines,
            IOptions<GatewayOptions> options,
        CancellationToken cancellation)
    {
        var request = await RequestBodyReader.ReadOneAsync<ExplainRequest>(context, cancellation);
        var pipeline = InteractiveRequest.FindPipeline(texts, request.Text, request.Pipeline);
        if (request.Head is { } head && !pipeline.Heads.Contains(head))
        {
            throw ApiException.Invalid(
                $"The pipeline '{pipeline.Name}' has no head '{Excerpt.Quote(head)}'; it has {string.Join(", ", pipeline.Heads)}.");
        }
        QueryParameters.ThrowIfInvalid(pipelines.Limits.ValidateLabel("label", request.Label));
        var deadline = InteractiveRequest.ParseDeadline(request.DeadlineMs, options.Value);
        return await classifier.ExplainAsync(request.Text, pipeline.Name, new(request.Head, request.Label), deadline, cancellation);
    }
}
