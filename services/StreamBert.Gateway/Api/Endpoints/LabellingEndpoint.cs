using System.ComponentModel;
using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Labelling;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record LabellingList(
    IReadOnlyList<LabellingItem> Texts,
    [property: Description("The cursor of the next page of the random sample, if there may be one.")] string? Next);

/// <summary>Lists the texts that annotators should label.</summary>
internal static class LabellingEndpoint
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 200;

    public static void MapLabelling(this RouteGroupBuilder api) => api.MapGet("/labelling", GetAsync).RequireRole(Roles.Read)
        .WithTags("Feedback").WithName("getLabelling")
        .WithSummary("Read the texts that should be labelled")
        .WithDescription("Strategies: `random` (default), one text in 500 (`Monitor:Rules:Accuracy:SampleEvery`), chosen by a hash of its "
            + "id, the latest first, without the answers: the accuracy of its labels is an unbiased measurement, which `/v1/accuracy` "
            + "reports with the estimate. `uncertain`, the smallest margin between the two highest probabilities first. `unfamiliar`, the "
            + "highest out-of-distribution score first. `disagreement`, near-duplicates that were answered differently, by different "
            + "versions first. `contradicted`, texts whose annotators contradict each other. `alert`, the texts behind an alert. All but "
            + $"`random` search the last {AnnotationQueue.MaxSearched} predictions of the pipeline, and near-duplicates are one text. A "
            + "text that has a label is left out; one text in "
            + $"{AnnotationIndex.SharedEvery} is offered to every annotator, so that their agreement can be measured. Send the labels to "
            + "`/v1/feedback`.")
        .Produces<LabellingList>().WithProblems(400, 429, 503);

    private static async Task<LabellingList> GetAsync(
        AnnotationQueue queue, HttpContext context,
        [Description("`random` (default), `uncertain`, `unfamiliar`, `disagreement`, `contradicted` or `alert`.")] string? strategy,
        [Description("Only of this pipeline; default: all for `random`, else the first, or that of the alert.")] string? pipeline,
        [Description("Only this head; default: all.")] string? head,
        [Description("Who will label; default: the actor of the request.")] string? annotator,
        [Description("The id of the alert, for `alert`.")] string? alert,
        [Description("1 to 200; default 20.")] int? limit,
        [Description("`next` of the previous page, for `random`.")] string? cursor,
        CancellationToken cancellation)
    {
        var query = new LabellingQuery(
            ParseStrategy(strategy, alert), pipeline, head, string.IsNullOrWhiteSpace(annotator) ? Actor.Of(context.User) : annotator,
            QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit))
        {
            Alert = alert,
            Before = ParseOffset(cursor),
        };
        var page = await queue.ReadAsync(query, cancellation);
        return new(page.Items, page.Next?.ToString(CultureInfo.InvariantCulture));
    }

    private static string ParseStrategy(string? strategy, string? alert)
    {
        if (string.IsNullOrEmpty(strategy))
            return string.IsNullOrEmpty(alert) ? LabellingStrategy.Random : LabellingStrategy.Alert;
        return LabellingStrategy.All.Contains(strategy) ? strategy : throw ApiException.Invalid(
            $"strategy is '{Excerpt.Quote(strategy)}'; it must be one of {string.Join(", ", LabellingStrategy.All)}.");
    }

    private static long? ParseOffset(string? cursor) => string.IsNullOrEmpty(cursor) ? null
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset
        : throw QueryParameters.InvalidCursor(cursor);
}
