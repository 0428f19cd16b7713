using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Export;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record TrendList(
    IReadOnlyList<TrendSeries> Series,
    [property: Description("The cursor of the next page, if there is one: further series, and older windows of the last.")] string? Next);

/// <summary>Lists trends.</summary>
internal static class TrendsEndpoint
{
    private const int DefaultLimit = 240;
    private const int MaxLimit = 10_000;
    private const int MinPoints = 2;
    private const int MaxPoints = 1_000;

    public static void MapTrends(this RouteGroupBuilder api) => api.MapGet("/trends", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("getTrends")
        .WithSummary("Read counts, label mix and confidence over time")
        .WithDescription(
            "A series is a pipeline, one of its heads, and a segment: `all`, or a head or attribute and its value, such as "
                + "`topic=Energy | Oil`, or an entity that texts mention, such as `entity=ORG:apple`. "
            + "Each has its windows of event time, the oldest first; a late text gives its window a new revision. The state store keeps "
            + "the latest windows: Redis:MaxWindowsPerHead of the segment `all`, Redis:MaxWindowsPerSeries of any other. `points` reads "
            + "one series over any span: it merges neighbouring windows, and `extent` tells what is stored of the series. Merged counts "
            + "and expected counts are sums, merged shares and confidences are means weighted by the number of texts. "
            + "`format` csv or parquet, or the header Accept, exports all windows of the span as a file with one row for each window and "
            + "label; a text in a CSV file that a spreadsheet would evaluate begins with an apostrophe.")
        .Produces<TrendList>(StatusCodes.Status200OK, MediaTypes.Json, MediaTypes.Csv, MediaTypes.Parquet).WithProblems(400, 429, 503);

    private static async Task<IResult> GetAsync(
        HttpContext context, StateStore store, ReadLease lease,
        [Description("Only of this pipeline.")] string? pipeline,
        [Description("Only of this head.")] string? head,
        [Description("Only of this segment, such as `all`.")] string? segment,
        [Description("Only of the texts that mention this entity: `Apple`, or `ORG:Apple`, in any spelling.")] string? entity,
        [Description("Windows that start at or after this time, ISO 8601.")] string? from,
        [Description("Windows that start before this time, ISO 8601.")] string? to,
        [Description("The latest windows of each series, 1 to 10,000; default 240.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        [Description("The most windows to return of one series, 2 to 1,000: more are merged. Requires `pipeline` and `head`; the segment "
            + "is `all` by default. `limit` and `cursor` do not apply.")] int? points,
        [Description("`json`, `csv` or `parquet`. For a file, `limit` and `cursor` do not apply.")] string? format,
        CancellationToken cancellation)
    {
        var (begin, end) = QueryParameters.ParseSpan(from, to);
        var export = ExportFormats.Of(context.Request, format);
        if (points is { } most)
        {
            ThrowIfInvalid(most, pipeline, head, entity);
            var series = new SeriesKey(pipeline!, head!, string.IsNullOrEmpty(segment) ? SeriesKey.All : segment);
            var merged = await store.ReadMergedTrendAsync(series, begin, end, most, cancellation, lease);
            return export == ExportFormat.Json ? TypedResults.Ok(new TrendList([merged], null))
                : await SendAsync(context, export, _ => new[] { merged.Windows }.ToAsyncEnumerable());
        }
        var query = new TrendQuery(pipeline, head, segment, begin, end, QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit))
        {
            Entity = entity,
            After = QueryParameters.ParseCursor(cursor)
        };
        if (export != ExportFormat.Json)
            return await SendAsync(context, export, stopped => store.StreamTrendsAsync(query, stopped));
        var page = await store.ListTrendsAsync(query, cancellation, lease);
        return TypedResults.Ok(new TrendList(page, page.Next?.ToString()));
    }

    private static async Task<IResult> SendAsync(
        HttpContext context, ExportFormat format, Func<CancellationToken, IAsyncEnumerable<IReadOnlyList<TrendUpdated>>> stream)
    {
        await TrendExport.Table.SendAsync(context, format, cancellation => TrendExport.ReadAsync(stream(cancellation), cancellation));
        return TypedResults.Empty;
    }

    private static void ThrowIfInvalid(int points, string? pipeline, string? head, string? entity)
    {
        if (points is < MinPoints or > MaxPoints)
            throw ApiException.Invalid($"points is {points}; it must be between {MinPoints} and {MaxPoints}.");
        if (string.IsNullOrEmpty(pipeline) || string.IsNullOrEmpty(head) || !string.IsNullOrEmpty(entity))
        {
            throw ApiException.Invalid(
                "points reads one series: name its pipeline and head, and its segment unless that is all. entity does not apply.");
        }
    }
}
