using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Predictions of a model that is served elsewhere are sent over HTTP, in the JSON of their owner.</summary>
public sealed class PredictionIntakeTests(PredictionIntakeTests.Host host) : IClassFixture<PredictionIntakeTests.Host>
{
    private const string Route = "/v1/predictions/scored-news";
    private const string First = """{ "id": "a-1", "headline": "Oil", "ts": "2026-01-05T09:00Z", "result": { "down": 0.9, "up": 0.1 } }""";
    private const string Second = """{ "id": 2, "ts": 1767603601, "result": [{ "label": "up", "score": 0.75 }] }""";

    private static readonly PipelineOptions Pipeline = new()
    {
        Name = "scored-news",
        InputTopics = ["scored-news"],
        Heads = ["sentiment"],
        Fields = new() { Text = "headline", OccurredAt = "ts" },
        Predictions = new() { Heads = new Dictionary<string, PredictedHeadMapping> { ["sentiment"] = new() { Scores = "result" } } },
    };

    private readonly GatewayHost _gateway = host.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json", $"[{First}, {Second}]")]
    [InlineData("application/x-ndjson", $"{First}\n\n{Second}\n")]
    public async Task Accepted_predictions_are_durable_in_the_form_in_which_they_were_sent(string type, string body)
    {
        await using var own = new Host();
        await own.InitializeAsync();
        using var answer = await PostAsync(own.Gateway, Route, type, body);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("""{"accepted":2,"ids":["a-1","2"]}""", await answer.Content.ReadAsStringAsync(Cancellation));
        var records = (await ReadAsync(own.Gateway)).OrderBy(static record => record.Timestamp).ToList();
        Assert.Equal([First, Second], records.Select(static record => Encoding.UTF8.GetString(record.Value!)));
        var parsed = records.ConvertAll(static record => RecordParser.Parse(record, Pipeline, new()));
        Assert.Equal([("down", 0.9), ("up", 0.75)], parsed.Select(static one => Of(one.Prediction!)));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1767603601), parsed[1].Text!.OccurredAt);

        static (string Label, double Confidence) Of(ParsedPrediction prediction) =>
            (prediction.Heads["sentiment"].Label, prediction.Heads["sentiment"].Confidence);
    }

    [Fact]
    public async Task An_event_of_an_inference_logger_is_accepted_in_binary_mode()
    {
        await using var own = new Host();
        await own.InitializeAsync();
        using var answer = await PostEventAsync(own.Gateway);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var parsed = RecordParser.Parse(Assert.Single(await ReadAsync(own.Gateway)), Pipeline, new());
        Assert.Equal(
            ("e-1", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "up"),
            (parsed.Text!.Id, parsed.Text.OccurredAt, parsed.Prediction!.Heads["sentiment"].Label));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("source")]
    [InlineData("type")]
    public async Task An_event_in_binary_mode_without_a_required_attribute_is_refused(string missing)
    {
        using var answer = await PostEventAsync(_gateway, missing);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"the event.{missing} is missing", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(await ReadAsync(_gateway));
    }

    [Theory]
    [InlineData("application/x-ndjson", First + "\n{ \"id\": \"b\" }", 400, "[1]", "'result' is missing or null")]
    [InlineData("application/json", "[" + First + "," + First + "]", 400, "[1].id", "must be unique within the request")]
    [InlineData("application/json", """{ "id": "b", "ts": "2099-01-05", "result": { "up": 1 } }""", 400, "[0].ts", "one day ahead")]
    [InlineData("application/json", "{ \"result\": { \"up\": 1 } }", 400, "[0]", "'id' is missing")]
    [InlineData("application/json", "[1]", 400, "[0]", "A JSON object was expected")]
    public async Task One_prediction_that_does_not_fit_is_named_and_none_is_appended(
        string type, string body, int status, string place, string detail)
    {
        using var answer = await PostAsync(_gateway, Route, type, body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var errors = (await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(Cancellation), default, Cancellation))
            .RootElement.GetProperty("errors");
        Assert.Contains(detail, errors.GetProperty(place).GetString(), StringComparison.Ordinal);
        Assert.Empty(await ReadAsync(_gateway));
    }

    [Theory]
    [InlineData(Route, "application/x-ndjson", First + "\n{ \"id\": ", 400, "line 2")]
    [InlineData(Route, "text/csv", "id,up\n1,0.5\n", 415, "Content-Type")]
    [InlineData(Route, "application/json", "[{}, {}, {}]", 413, "2 items")]
    [InlineData("/v1/predictions/none", "application/json", First, 404, "scored-news, texts")]
    [InlineData("/v1/predictions/texts", "application/json", First, 400, "POST /v1/texts?pipeline=texts")]
    [InlineData("/v1/texts?pipeline=scored-news", "application/json", "{ \"text\": \"Oil\" }", 400, "POST /v1/predictions/scored-news")]
    [InlineData("/v1/classify", "application/json", "{ \"text\": \"Oil\", \"pipeline\": \"scored-news\" }", 400, "no model of its own")]
    public async Task What_cannot_be_read_is_refused_with_what_to_do(string route, string type, string body, int status, string detail)
    {
        using var answer = await PostAsync(_gateway, route, type, body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(detail, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(await ReadAsync(_gateway));
    }

    /// <summary>Sends an event of KServe's inference logger in binary mode, without one of its attributes if that is stated.</summary>
    private static async Task<HttpResponseMessage> PostEventAsync(GatewayHost gateway, string? missing = null)
    {
        using var body = new StringContent("""{ "result": { "down": 0.2, "up": 0.8 } }""", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = body };
        foreach (var (name, value) in new[]
        {
            ("specversion", "1.0"), ("id", "e-1"), ("source", "http://predictor"), ("time", "2026-01-02T03:04:05Z"),
            ("type", "org.kubeflow.serving.inference.response"),
        })
        {
            if (name != missing)
                request.Headers.Add($"ce-{name}", value);
        }
        return await gateway.Client.SendAsync(request, Cancellation);
    }

    private static async Task<HttpResponseMessage> PostAsync(GatewayHost gateway, string route, string type, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await gateway.Client.PostAsync(new Uri(route, UriKind.Relative), content, Cancellation);
    }

    private static ValueTask<List<LogRecord>> ReadAsync(GatewayHost gateway) =>
        gateway.Log.ReadToEndAsync("scored-news", null, Cancellation).ToListAsync(Cancellation);

    /// <summary>A Gateway without a state store: tests of refusals share one, those of accepted predictions have their own.</summary>
    public sealed class Host() : SharedGateway(
        hasRedis: false,
        ("Gateway:MaxItemsPerRequest", "2"), ("Gateway:MaxBodyBytes", "20000"),
        ("Pipelines:0:Name", "scored-news"), ("Pipelines:0:InputTopics:0", "scored-news"), ("Pipelines:0:Heads:0", "sentiment"),
        ("Pipelines:0:Fields:Text", "headline"), ("Pipelines:0:Fields:OccurredAt", "ts"),
        ("Pipelines:0:Predictions:Heads:sentiment:Scores", "result"),
        ("Pipelines:1:Name", "texts"), ("Pipelines:1:Heads:0", "sentiment"));
}
