using System.Globalization;
using System.Net;
using CsvHelper;
using Parquet.Serialization;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Trends and predictions are exported as files that other programs read.</summary>
public sealed class ExportTests() : SharedGateway(hasRedis: true)
{
    private const int Windows = 1_200;
    private const int Predictions = 1_100;
    private const string Trends = "/v1/trends?pipeline=financial-news&head=sentiment&segment=all";
    private static readonly DateTimeOffset Start = new(1987, 10, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal override async Task PrepareAsync(GatewayHost gateway)
    {
        var windows = Enumerable.Range(0, Windows).Select(static minute =>
            SampleEvents.Window("financial-news", Start.AddMinutes(minute), 1, 2, 3));
        await gateway.Log.AppendAsync(
            [.. windows.Select(static window => EventRecord.Create(Topics.Trends, "financial-news", window, window.Window.End))],
            Cancellation);
        var predictions = Enumerable.Range(0, Predictions).Select(static number => SampleEvents.Prediction(
            $"id-{number}", "financial-news", number == 7 ? "=HYPERLINK(\"http://a\",\"b\")" : $"Text {number}, with a comma",
            number % 2 == 0 ? "negative" : "positive", Start.AddSeconds(number)));
        await gateway.Log.AppendAsync(
            [.. predictions.Select(static item => EventRecord.Create(Topics.Predictions, item.Id, item, item.ClassifiedAt))], Cancellation);
        await gateway.GetUntilAsync($"{Trends}&points=10", static answer =>
            answer.GetProperty("series")[0].TryGetProperty("extent", out var extent)
            && extent.GetProperty("last").GetDateTimeOffset() == Start.AddMinutes(Windows - 1));
        await gateway.GetUntilAsync($"/v1/predictions/id-{Predictions - 1}", static _ => true);
    }

    [Fact]
    public async Task Trends_are_exported_as_csv_oldest_first_with_a_row_for_each_window_and_label()
    {
        using var response = await Gateway.Client.GetAsync($"{Trends}&format=csv", Cancellation);

        Assert.Equal(("text/csv", "trends.csv"), NameOf(response));
        var rows = await ReadCsvAsync(response);
        Assert.Equal(3 * Windows, rows.Count);
        Assert.Equal(
            ("1987-10-01T00:00:00Z", "negative", "1", "6", "0.16666666666666666"),
            (rows[0]["start"], rows[0]["label"], rows[0]["count"], rows[0]["texts"], rows[0]["share"]));
        Assert.Equal(("1987-10-01T19:59:00Z", "positive"), (rows[^1]["start"], rows[^1]["label"]));
    }

    [Fact]
    public async Task A_span_and_merged_points_can_be_exported()
    {
        using var span = await Gateway.Client.GetAsync(
            $"{Trends}&from=1987-10-01T01:00:00Z&to=1987-10-01T02:00:00Z&format=csv", Cancellation);
        using var merged = await Gateway.Client.GetAsync($"{Trends}&points=50&format=csv", Cancellation);

        Assert.Equal(180, (await ReadCsvAsync(span)).Count);
        var points = await ReadCsvAsync(merged);
        Assert.InRange(points.Count, 3, 150);
        Assert.Equal(6 * Windows, points.Sum(static row => int.Parse(row["count"], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Trends_are_exported_as_parquet_with_types()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Trends);
        request.Headers.Accept.Add(new("application/vnd.apache.parquet"));
        using var response = await Gateway.Client.SendAsync(request, Cancellation);

        Assert.Equal(("application/vnd.apache.parquet", "trends.parquet"), NameOf(response));
        var rows = await ReadParquetAsync(response);
        Assert.Equal(3 * Windows, rows.Count);
        Assert.Equal(
            (Start.UtcDateTime, "negative", 1L, 1 / 6.0),
            ((DateTime)rows[0]["start"]!, (string)rows[0]["label"]!, (long)rows[0]["count"]!, (double)rows[0]["share"]!));
        Assert.False(rows[0].TryGetValue("expectedShare", out var expected) && expected is not null);
    }

    [Fact]
    public async Task All_predictions_that_match_are_exported_with_texts_that_no_spreadsheet_evaluates()
    {
        using var csv = await Gateway.Client.GetAsync("/v1/predictions?head=sentiment&label=positive&format=csv", Cancellation);
        using var parquet = await Gateway.Client.GetAsync("/v1/predictions?format=parquet", Cancellation);

        Assert.Equal(("text/csv", "predictions.csv"), NameOf(csv));
        var rows = (await ReadCsvAsync(csv)).FindAll(static row => row["head"] == "sentiment");
        Assert.Equal(Predictions / 2, rows.Count);
        Assert.Equal("'=HYPERLINK(\"http://a\",\"b\")", rows.Single(static row => row["id"] == "id-7")["text"]);
        var all = await ReadParquetAsync(parquet);
        Assert.Equal(2 * Predictions, all.Count);
        Assert.Contains(all, static row => (string?)row["text"] == "=HYPERLINK(\"http://a\",\"b\")");
        Assert.Equal(12, all[0]["tokens"]);
    }

    [Fact]
    public async Task An_export_without_rows_has_its_columns()
    {
        using var csv = await Gateway.Client.GetAsync("/v1/trends?pipeline=none&format=csv", Cancellation);
        using var parquet = await Gateway.Client.GetAsync("/v1/predictions?pipeline=none&format=parquet", Cancellation);

        Assert.StartsWith("pipeline,head,segment,start,end,texts", await csv.Content.ReadAsStringAsync(Cancellation));
        Assert.Empty(await ReadParquetAsync(parquet));
    }

    [Fact]
    public async Task An_unknown_format_is_a_problem_and_no_file()
    {
        using var response = await Gateway.Client.GetAsync($"{Trends}&format=xlsx", Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(response.Content.Headers.ContentDisposition);
    }

    private static (string?, string?) NameOf(HttpResponseMessage response) =>
        (response.Content.Headers.ContentType?.MediaType, response.Content.Headers.ContentDisposition?.FileNameStar);

    private static async Task<List<IReadOnlyDictionary<string, string>>> ReadCsvAsync(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        await csv.ReadAsync();
        csv.ReadHeader();
        List<IReadOnlyDictionary<string, string>> rows = [];
        while (await csv.ReadAsync())
            rows.Add(csv.HeaderRecord!.ToDictionary(static column => column, column => csv.GetField(column)!));
        return rows;
    }

    private static async Task<IReadOnlyList<IDictionary<string, object?>>> ReadParquetAsync(HttpResponseMessage response)
    {
        using var file = new MemoryStream(await response.Content.ReadAsByteArrayAsync(Cancellation));
        var result = await ParquetSerializer.DeserializeUntypedAsync(file, cancellationToken: Cancellation);
        return [.. result.Data.Select(static row => (IDictionary<string, object?>)row!)];
    }
}
