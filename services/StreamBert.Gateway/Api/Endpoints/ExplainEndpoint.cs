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

/// <summary>A text whose answer is to be explained.</summary>
internal sealed record ExplainRequest
{
    [Description("The text.")]
    public required string Text { get; init; }

    [Description("The pipeline; default: the first configured.")]
    public string? Pipeline { get; init; }

    [Description("The head to explain; default: the pipeline's first.")]
    public string? Head { get; init; }

    [AcceptsScalar, Description("The label to explain; default: the one the head predicts.")]
    public string? Label { get; init; }

    [Description("How long to wait for the answer, in milliseconds; default 5,000, at most 30,000 unless configured otherwise.")]
    public int? DeadlineMs { get; init; }
}

internal static class ExplainEndpoint
{
    public static void MapExplain(this RouteGroupBuilder api) => api.MapPost("/explain", PostAsync).RequireRole(Roles.Ingest)
        .WithTags("Texts").WithName("explain")
        .WithSummary("Ask which words speak for a label")
        .WithDescription(
            "Classifies the text and says in `explanations` how much each word moved the label's logit, by integrated gradients: the attributions add up to `score` - `baselineScore`, "
            + "but for `completenessGap`. Takes about a hundred times as long as a classification; one explanation is computed at a time and no other text waits for it. "
            + "422 with the reason `cannot-explain` if the model has no such label or no gradients (int8); else as `POST /v1/classify`.")
        .Accepts<ExplainRequest>(MediaTypes.Json)
        .Produces<TextClassified>()
        .WithProblems(400, 413, 415, 422, 429, 503, 504);

    private static async Task<TextClassified> PostAsync(
        HttpContext context, InteractiveClassifier classifier, TextAppender intake, PipelineCatalog pipelines, IOptions<GatewayOptions> options, CancellationToken cancellation)
    {
        var request = await RequestBodyReader.ReadOneAsync<ExplainRequest>(context, cancellation);
        if (request.Text is null) throw ApiException.Invalid("text is missing.");
        var pipeline = intake.Pipeline(request.Pipeline) ?? throw ApiException.Invalid(intake.UnknownPipeline(request.Pipeline));
        if (request.Head is { } head && !pipeline.Heads.Contains(head))
        {
            throw ApiException.Invalid(
                $"The pipeline '{pipeline.Name}' has no head '{Excerpt.Quote(head)}'; it has {string.Join(", ", pipeline.Heads)}.");
        }

        QueryParameters.ThrowIfInvalid(pipelines.Limits.ValidateLabel("label", request.Label));
        return await classifier.ExplainAsync(
            request.Text, pipeline.Name, new(request.Head, request.Label), ClassifyEndpoint.Deadline(
                request.DeadlineMs,
                options.Value), cancellation);
    }
}
