using System.ComponentModel;
using System.Globalization;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Labelling;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record LabellingList(
    IReadOnlyList<LabellingItem> Texts,
    [property: Description("The cursor of the next page, if there may be one.")] string? Next);

/// <summary>Lists the random sample of texts that should be labelled.</summary>
internal static class LabellingSampleEndpoint
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 200;

    public static void MapLabellingSample(this RouteGroupBuilder api) => api.MapGet("/labelling-sample", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("getLabellingSample")
        .WithSummary("Read the texts that should be labelled")
        .WithDescription("Returns one text in 500 (`Monitor:Rules:Accuracy:SampleEvery`), chosen by a hash of its id, the latest first, "
            + "without the predicted labels, and without texts and heads that have feedback. Send the correct labels to `/v1/feedback`: "
            + "their accuracy is an unbiased measurement, which `/v1/accuracy` reports with the estimate.")
        .Produces<LabellingList>().WithProblems(400, 429, 503);

    private static async Task<LabellingList> GetAsync(
        LabellingSampleReader sample,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("1 to 200; default 20.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var page = await sample.ReadAsync(
            pipeline, QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit), ParseOffset(cursor), cancellation);
        return new(page.Items, page.Next?.ToString(CultureInfo.InvariantCulture));
    }

    private static long? ParseOffset(string? cursor) => string.IsNullOrEmpty(cursor) ? null
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset
        : throw QueryParameters.InvalidCursor(cursor);
}
