using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Operations.Annotators;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Why an annotator is excluded.</summary>
internal sealed record ExclusionRequest
{
    [Description("The reason, for the audit log.")]
    public string? Reason { get; init; }
}

/// <summary>Lists annotators, and leaves their labels out of data sets.</summary>
internal static class AnnotatorEndpoints
{
    private const string Tag = "Training";

    public static void MapAnnotators(this RouteGroupBuilder api)
    {
        api.MapGet("/annotators", ListAsync).RequireRole(Roles.Admin).Costly().WithTags(Tag).WithName("listAnnotators")
            .WithSummary("List the annotators of the stored feedback")
            .WithDescription("Counts the labels of each annotator in the log, and shows how reliable they seemed to the last run of each "
                + "model, who is excluded, and the agreement of the annotators (Krippendorff's α) by model and head.")
            .Produces<AnnotatorsView>().WithProblems(429, 503);
        api.MapPut("/annotators/{annotator}/exclusion", ExcludeAsync).RequireRole(Roles.Admin).Costly().WithTags(Tag)
            .WithName("excludeAnnotator").WithSummary("Leave the labels of an annotator out of data sets")
            .WithDescription("Later runs train and evaluate without the annotator's labels, whenever they were given; start one to rebuild "
                + "the data set now. Versions that were trained on them are not changed: roll back if one serves. The change is in the "
                + "audit log, and nothing is deleted.")
            .Accepts<ExclusionRequest>(MediaTypes.Json).Produces<AnnotatorExclusionChanged>(StatusCodes.Status202Accepted)
            .WithProblems(400, 404, 413, 415, 429, 503);
        api.MapDelete("/annotators/{annotator}/exclusion", IncludeAsync).RequireRole(Roles.Admin).Costly().WithTags(Tag)
            .WithName("includeAnnotator").WithSummary("Use the labels of an excluded annotator again")
            .Produces<AnnotatorExclusionChanged>(StatusCodes.Status202Accepted).WithProblems(400, 404, 429, 503);
    }

    private static Task<AnnotatorsView> ListAsync(AnnotatorDirectory annotators, CancellationToken cancellation) =>
        annotators.ListAsync(cancellation);

    private static async Task<IResult> ExcludeAsync(
        string annotator, HttpContext context, PipelineCatalog pipelines, AnnotatorDirectory annotators,
        [Description("The pipeline in which the labels are left out; default: all.")] string? pipeline, CancellationToken cancellation)
    {
        var request = context.Request.ContentType is null
            ? new() : await RequestBodyReader.ReadOneAsync<ExclusionRequest>(context, cancellation);
        return await ChangeAsync(annotator, excluded: true, request.Reason, context, pipelines, annotators, pipeline, cancellation);
    }

    private static Task<IResult> IncludeAsync(
        string annotator, HttpContext context, PipelineCatalog pipelines, AnnotatorDirectory annotators,
        [Description("The pipeline in which the labels are used again; default: all without a change of their own.")] string? pipeline,
        CancellationToken cancellation) =>
        ChangeAsync(annotator, excluded: false, null, context, pipelines, annotators, pipeline, cancellation);

    private static async Task<IResult> ChangeAsync(
        string annotator, bool excluded, string? reason, HttpContext context, PipelineCatalog pipelines, AnnotatorDirectory annotators,
        string? pipeline, CancellationToken cancellation)
    {
        if (pipeline is not null)
            _ = RulesEndpoints.Find(pipelines, pipeline);
        QueryParameters.ThrowIfInvalid(pipelines.Limits.ValidateExclusion(annotator, reason));
        var change = await annotators.ChangeAsync(annotator, pipeline, excluded, Actor.Of(context.User), reason, cancellation);
        return change is not null ? Results.Accepted(value: change) : throw ApiException.NotFound(
            $"No stored feedback is by '{Excerpt.Quote(annotator)}', so nothing was changed; GET /v1/annotators lists the annotators.");
    }
}
