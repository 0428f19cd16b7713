using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Requests whose answers do not depend on what was sent before.</summary>
public sealed class ApiAnswerTests(ApiAnswerTests.Host host) : IClassFixture<ApiAnswerTests.Host>
{
    private readonly GatewayHost _gateway = host.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("application/jsonl")]
    [InlineData("application/json-lines; charset=utf-8")]
    [InlineData("application/vnd.example+json")]
    public async Task Every_JSON_media_type_is_accepted(string type)
    {
        var body = new StringContent("{\"text\":\"one\"}");
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        Assert.Equal(HttpStatusCode.Accepted, (await _gateway.Client.PostAsync("/v1/texts", body, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task An_unclassifiable_text_is_rejected_with_its_reason()
    {
        var problem = await ApiTests.ProblemAsync(
            await _gateway.PostAsync("/v1/classify", new { text = "poison" }),
            HttpStatusCode.UnprocessableEntity,
            "text-rejected");

        Assert.Equal("model-error", problem.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_passed_deadline_returns_the_id_of_the_text()
    {
        var problem = await ApiTests.ProblemAsync(
            await _gateway.PostAsync(
                "/v1/classify",
                new { text = "silence", deadlineMs = 100 }), HttpStatusCode.GatewayTimeout, "deadline");

        Assert.True(Guid.TryParse(problem.GetProperty("id").GetString(), out _));
    }

    [Fact]
    public async Task A_text_dead_lettered_for_its_deadline_is_a_timeout()
    {
        var problem = await ApiTests.ProblemAsync(
            await _gateway.PostAsync("/v1/classify", new { text = "late" }),
            HttpStatusCode.GatewayTimeout,
            "deadline");

        Assert.Contains("not computed", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_callers_receive_their_own_predictions()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            var answer = await ApiTests.ReadAsync(await _gateway.PostAsync("/v1/classify", new { text = $"text {number}" }));
            return (Number: number, Text: answer.GetProperty("text").GetString());
        }));

        Assert.All(answers, static answer => Assert.Equal($"text {answer.Number}", answer.Text));
    }

    [Theory]
    [InlineData("[{\"text\":\"a\"},\n{\"text\": oops}]", "application/json", 400, "malformed-json", "line 2, byte 10")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":", "application/x-ndjson", 400, "malformed-json", "line 2")]
    [InlineData("", "application/json", 400, "malformed-json", "line 1")]
    [InlineData("[]", "application/json", 400, "invalid-input", "is empty")]
    [InlineData("[1]", "application/json", 400, "invalid-input", "[0]")]
    [InlineData("{\"text\":5}", "application/json", 400, "invalid-input", "[0].text")]
    [InlineData("{\"text\":\"a\",\"occurredAt\":\"yesterday\"}", "application/json", 400, "invalid-input", "[0].occurredAt")]
    [InlineData("{\"text\":\"a\",\"occured_at\":1}", "application/json", 400, "invalid-input", "'occured_at' (did you mean 'occurredAt'?)")]
    [InlineData("{\"text\":\"a\",\"occurredAt\":\"03/09/2018\"}", "application/json", 400, "invalid-input", "'03/09/2018'")]
    [InlineData("{\"id\":\"a\"}", "application/json", 400, "invalid-input", "[0].text")]
    [InlineData("{\"text\":\"a\",\"occurredAt\":\"9999-01-01T00:00:00Z\"}", "application/json", 400, "invalid-input", "[0].occurredAt")]
    [InlineData("[{\"id\":\"a\",\"text\":\"a\"},{\"id\":\"a\",\"text\":\"b\"}]", "application/json", 400, "invalid-input", "[1].id")]
    [InlineData("{\"text\":\"a\",\"pipeline\":\"nope\"}", "application/json", 400, "invalid-input", "financial-news, support-chat")]
    [InlineData("text=a", "application/x-www-form-urlencoded", 415, "media-type", "application/json")]
    public async Task An_invalid_body_is_rejected_with_the_reason(string body, string type, int status, string code, string says)
    {
        var answer = await _gateway.Client.PostAsync("/v1/texts", new StringContent(body, Encoding.UTF8, type), Cancellation);

        var problem = await ApiTests.ProblemAsync(answer, (HttpStatusCode)status, code);

        Assert.Contains(says, problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deep_nesting_and_invalid_UTF8_are_rejected()
    {
        var deep = Encoding.UTF8.GetBytes($"{{\"text\":\"a\",\"x\":{new string('[', 500)}{new string(']', 500)}}}");

        await ApiTests.ProblemAsync(await PostBytesAsync(deep), HttpStatusCode.BadRequest, "malformed-json");
        var broken = await ApiTests.ProblemAsync(
            await PostBytesAsync([.. "{\"text\":\""u8, 0xff, .. "\"}"u8]),
            HttpStatusCode.BadRequest,
            "invalid-input");
        Assert.Contains("invalid UTF-8", broken.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oversized_requests_are_rejected_with_the_limit()
    {
        var text = await ApiTests.ProblemAsync(
            await _gateway.PostAsync("/v1/texts", new { text = new string('a', 300_000) }),
            HttpStatusCode.RequestEntityTooLarge,
            "too-large");
        var many = await ApiTests.ProblemAsync(
            await _gateway.PostAsync(
                "/v1/texts",
                Enumerable.Range(0, 101).Select(static number => new { text = $"{number}" })), HttpStatusCode.RequestEntityTooLarge,
                    "too-large");
        var body = await ApiTests.ProblemAsync(await PostBytesAsync(new byte[500_001]), HttpStatusCode.RequestEntityTooLarge, "too-large");

        Assert.Contains("262,144", text.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("100 items", many.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("500,000 bytes", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/predictions?limit=0", 400, "invalid-input")]
    [InlineData("/v1/predictions?limit=many", 400, "bad-request")]
    [InlineData("/v1/predictions/absent", 404, "not-found")]
    [InlineData("/v1/alerts?state=half", 400, "invalid-input")]
    [InlineData("/v1/trends?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "invalid-input")]
    [InlineData("/v1/trends?from=03/09/2018", 400, "invalid-input")]
    [InlineData("/v1/dead-letters?to=10:30", 400, "invalid-input")]
    [InlineData("/v1/stream?type=nothing", 400, "invalid-input")]
    [InlineData("/v1/nothing", 404, "not-found")]
    public async Task An_invalid_query_is_rejected_with_the_reason(string path, int status, string code)
    {
        var problem = await ApiTests.ProblemAsync(await _gateway.Client.GetAsync(path, Cancellation), (HttpStatusCode)status, code);

        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task The_API_documentation_needs_no_external_resources()
    {
        var document = await _gateway.GetAsync("/openapi/v1.json");
        var page = await _gateway.Client.GetStringAsync("/docs/", Cancellation);

        Assert.All(document.GetProperty("paths").EnumerateObject().SelectMany(static path => path.Value.EnumerateObject()),
            static operation =>
        {
            Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
            Assert.NotEmpty(operation.Value.GetProperty("description").GetString()!);
        });
        Assert.Contains("scalar.js", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostBytesAsync(byte[] body) => _gateway.Client.PostAsync(
        "/v1/texts", new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }, Cancellation);

    public sealed class Host() : SharedGateway(
        hasRedis: true, ("Gateway:MaxItemsPerRequest", "100"), ("Gateway:MaxBodyBytes", "500000"));
}
