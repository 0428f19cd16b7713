using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Rules;
using StreamBert.Operations.Rules;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Shows the monitoring rules of a pipeline.</summary>
public sealed record RulesView(
    string Pipeline,
    [property: Description("The rules of a window that starts at the requested time.")] MonitorRules Rules,
    [property: Description("The label rules of such a window: those of `rules`, or the default one if there is a head `sentiment`.")]
    IReadOnlyList<LabelRule> LabelRules,
    [property: Description("The requested event time; by default now.")] DateTimeOffset At,
    [property: Description("The rules of the configuration file.")] MonitorRules Configured,
    [property: Description("The changes at run time, in the order in which they were made.")] IReadOnlyList<RulesChanged> Changes);

/// <summary>Shows and changes the monitoring rules at run time.</summary>
internal static class RulesEndpoints
{
    private const string Tag = "Monitoring";

    public static void MapRules(this RouteGroupBuilder api)
    {
        api.MapGet("/rules/{pipeline}", GetAsync).RequireRole(Roles.Read).WithTags(Tag).WithName("getRules")
            .WithSummary("Read the monitoring rules of a pipeline")
            .WithDescription("Returns the rules that apply to a window, those of the configuration, and all changes at run time.")
            .Produces<RulesView>().WithProblems(400, 404, 429, 503);
        api.MapPut("/rules/{pipeline}", PutAsync).RequireRole(Roles.Admin).Costly().WithTags(Tag).WithName("putRules")
            .WithSummary("Replace the monitoring rules of a pipeline")
            .WithDescription("The rules apply to the windows that start at `effectiveFrom` (event time) or later, live and in a replay. "
                + "Unknown keys and invalid values are errors, and nothing is changed then. Test rules with `streambert rules test` and "
                + "`streambert backtest --rules` before. The change is in the audit log.")
            .Accepts<MonitorRules>(MediaTypes.Json).Produces<RulesChanged>(StatusCodes.Status202Accepted)
            .WithProblems(400, 404, 413, 415, 429, 503);
        api.MapPost("/rules/{pipeline}/preview", PreviewAsync).RequireRole(Roles.Admin).Costly().WithTags(Tag).WithName("previewRules")
            .WithSummary("Compare rules with those in effect on the texts in the log")
            .WithDescription("Changes nothing. The monitor runs a backtest of the rules in effect and one of the proposed rules over the "
                + "predictions in the log, and returns the alerts of the last week of event time with each.")
            .Accepts<MonitorRules>(MediaTypes.Json).Produces<RulesPreviewed>().WithProblems(400, 404, 413, 415, 429, 503, 504);
        api.MapDelete("/rules/{pipeline}", DeleteAsync).RequireRole(Roles.Admin).Costly().WithTags(Tag).WithName("deleteRules")
            .WithSummary("Return to the rules of the configuration")
            .Produces<RulesChanged>(StatusCodes.Status202Accepted).WithProblems(400, 404, 429, 503);
    }

    private static async Task<RulesView> GetAsync(
        string pipeline, PipelineCatalog pipelines, RulesHistory history, TimeProvider time,
        [Description("The event time of the window (ISO 8601); default now.")] string? at,
        CancellationToken cancellation)
    {
        var (options, start) = (Find(pipelines, pipeline), QueryParameters.ParseTime("at", at) ?? time.GetUtcNow());
        var changes = await history.ReadAsync(pipeline, cancellation);
        var rules = RulesHistory.RulesAt(options, changes, start);
        return new(pipeline, rules, options.LabelRulesOf(rules), start, options.Monitor.Rules, changes);
    }

    private static async Task<IResult> PutAsync(
        string pipeline, HttpContext context, PipelineCatalog pipelines, RulesHistory history,
        [Description("The event time from which the rules apply (ISO 8601); default: the next window.")] string? effectiveFrom,
        CancellationToken cancellation)
    {
        var (options, from) = (Find(pipelines, pipeline), QueryParameters.ParseTime("effectiveFrom", effectiveFrom));
        var rules = await ReadRulesAsync(context, options, cancellation);
        return Results.Accepted(value: await history.ChangeAsync(options, rules, from, Actor.Of(context.User), cancellation));
    }

    private static async Task<RulesPreviewed> PreviewAsync(
        string pipeline, HttpContext context, PipelineCatalog pipelines, RulesPreviewClient previews, CancellationToken cancellation)
    {
        var options = Find(pipelines, pipeline);
        return await previews.CompareAsync(options, await ReadRulesAsync(context, options, cancellation), cancellation);
    }

    /// <exception cref="ApiException">The body holds no valid rules.</exception>
    private static async Task<MonitorRules> ReadRulesAsync(HttpContext context, PipelineOptions pipeline, CancellationToken cancellation)
    {
        if (!context.Request.HasJsonContentType())
            throw ApiException.MediaType($"The Content-Type is '{context.Request.ContentType ?? "missing"}'. Set it to {MediaTypes.Json}.");
        var (rules, faults) = RulesFile.ReadRules(await RequestBodyReader.ReadBytesAsync(context, cancellation), pipeline);
        return faults.Count == 0 && rules is not null
            ? rules
            : throw ApiException.Invalid($"The rules are invalid: {string.Join("; ", faults)}");
    }

    private static async Task<IResult> DeleteAsync(
        string pipeline, HttpContext context, PipelineCatalog pipelines, RulesHistory history,
        [Description("The event time from which the configuration applies (ISO 8601); default: the next window.")] string? effectiveFrom,
        CancellationToken cancellation)
    {
        var (options, from) = (Find(pipelines, pipeline), QueryParameters.ParseTime("effectiveFrom", effectiveFrom));
        return Results.Accepted(value: await history.ChangeAsync(options, null, from, Actor.Of(context.User), cancellation));
    }

    /// <exception cref="ApiException">There is no such pipeline.</exception>
    internal static PipelineOptions Find(PipelineCatalog pipelines, string name) => pipelines.Find(name)
        ?? throw ApiException.NotFound($"There is no pipeline '{Excerpt.Quote(name)}'. Configured: "
            + $"{string.Join(", ", pipelines.All.Select(static pipeline => pipeline.Name))}.");
}
