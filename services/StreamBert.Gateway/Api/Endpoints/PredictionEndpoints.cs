using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Export;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record PredictionList(
    IReadOnlyList<TextClassified> Predictions,
    [property: Description("The cursor of the next page, if there may be one: a page ends at its limit, at Redis:MaxPageBytes, or after "
        + "64 MiB have been scanned.")] string? Next);

/// <summary>Finds and lists predictions.</summary>
internal static class PredictionEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1_000;

    public static void MapPredictions(this RouteGroupBuilder api)
    {
        api.MapGet("/predictions/{**id}", GetAsync).RequireRole(Roles.Read)
            .WithTags("Predictions").WithName("getPrediction")
            .WithSummary("Read one prediction")
            .WithDescription("Finds the prediction by the id of its text. 404 before the text is classified, and after the state store "
                + "has replaced it by newer predictions.")
            .Produces<TextClassified>().WithProblems(404, 429, 503);
        api.MapGet("/predictions", ListAsync).RequireRole(Roles.Read)
            .WithTags("Predictions").WithName("listPredictions")
            .WithSummary("Search recent predictions")
            .WithDescription("The latest first, of the last 5,000 of each pipeline (Redis:MaxRecentPerPipeline), without `pipeline` of "
                + "the last 20,000 (Redis:MaxPredictions), at most 7 days after they were classified (Redis:PredictionLifetime). `head` "
                + "and `label` together ask for one head's label; `label` alone for any head's; the confidence is that of the label. "
                + "`format` csv or parquet, or the header Accept, exports all that match as a file with one row for each prediction and "
                + "head; a text in a CSV file that a spreadsheet would evaluate begins with an apostrophe.")
            .Produces<PredictionList>(StatusCodes.Status200OK, MediaTypes.Json, MediaTypes.Csv, MediaTypes.Parquet)
            .WithProblems(400, 429, 503);
    }

    private static async Task<TextClassified> GetAsync(
        [Description("The id of the text.")] string id, StateStore store, PrivacyFilter guard, SubjectVault vault, ReadLease lease,
            CancellationToken cancellation) =>
        await store.FindAsync(guard, vault, id, lease, cancellation)
        ?? throw ApiException.NotFound($"No prediction '{Excerpt.Quote(id, 256)}' is stored: it has not been classified yet, or it is "
            + "no longer in the state store (Redis:MaxPredictions).");

    private static async Task<IResult> ListAsync(
        HttpContext context, StateStore store, SubjectVault vault, ReadLease lease,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("Only with this label.")] string? label,
        [Description("The head whose label is meant.")] string? head,
        [Description("Only texts with an event time at or after this time, ISO 8601.")] string? from,
        [Description("Only texts with an event time before this time, ISO 8601.")] string? to,
        [Description("The least confidence of the label, 0 to 1.")] double? minConfidence,
        [Description("The highest confidence of the label, 0 to 1.")] double? maxConfidence,
        [Description("Only texts that contain this, in upper or lower case.")] string? text,
        [Description("1 to 1,000; default 50.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        [Description("`json`, `csv` or `parquet`. For a file, `limit` does not apply.")] string? format,
        CancellationToken cancellation)
    {
        var (begin, end) = QueryParameters.ParseSpan(from, to);
        var query = new PredictionQuery(pipeline, head, label, QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit))
        {
            After = QueryParameters.ParseCursor(cursor),
            From = begin,
            To = end,
            MinConfidence = QueryParameters.ParseProbability("minConfidence", minConfidence),
            MaxConfidence = QueryParameters.ParseProbability("maxConfidence", maxConfidence),
            Where = PredictionText.Contains(text, vault),
        };
        var export = ExportFormats.Of(context.Request, format);
        if (export != ExportFormat.Json)
        {
            await PredictionExport.Table.SendAsync(context, export, stopped => PredictionExport.ReadAsync(store, vault, query, stopped));
            return TypedResults.Empty;
        }
        var page = vault.Open(await store.ListPredictionsAsync(query, cancellation, lease));
        return TypedResults.Ok(new PredictionList(page, page.Next?.ToString()));
    }
}
