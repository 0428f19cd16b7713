using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The routes of the Open Inference Protocol.</summary>
public sealed class OpenInferenceTests(OpenInferenceTests.Host host) : IClassFixture<OpenInferenceTests.Host>
{
    private const string Infer = "/v2/models/news/infer";
    private static readonly (string, string)[] Settings =
        [("Gateway:MaxClassifyTexts", "4"), ("Pipelines:0:Name", "news"), ("Pipelines:0:Heads:0", "sentiment")];

    private readonly GatewayHost _gateway = host.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("[2]", """["a bad day","a good day"]""")]
    [InlineData("[2,1]", """["a bad day","a good day"]""")]
    [InlineData("[2,1]", """[["a bad day"],["a good day"]]""")]
    public async Task The_texts_of_a_tensor_are_classified_in_order(string shape, string data)
    {
        var answer = await AnswerAsync(
            $$$"""{"id":"42","inputs":[{"name":"text","shape":{{{shape}}},"datatype":"BYTES","data":{{{data}}}}]}""",
            HttpStatusCode.OK);

        Assert.Equal(("news", "default-v1", "42"), (answer.GetProperty("model_name").GetString(), answer.GetProperty("model_version")
            .GetString(), answer.GetProperty("id").GetString()));
        Assert.Equal(
            """
            sentiment.label BYTES [2] ["negative","positive"]
            sentiment.confidence FP32 [2] [0.9,0.8]
            sentiment.scores FP32 [2,2] [0.9,0.1,0.2,0.8]
            sentiment.labels BYTES [2] ["negative","positive"]
            """.ReplaceLineEndings("\n"),
            string.Join('\n', answer.GetProperty("outputs").EnumerateArray().Select(Line)));
    }

    [Fact]
    public async Task Only_requested_outputs_are_returned()
    {
        var answer = await AnswerAsync(
            """{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":["bad"]}],"outputs":[{"name":"sentiment.label"}]}""",
            HttpStatusCode.OK);

        Assert.Equal("""sentiment.label BYTES [1] ["negative"]""", Line(Assert.Single(answer.GetProperty("outputs").EnumerateArray())));
        Assert.False(answer.TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Binary_texts_of_Triton_clients_are_accepted()
    {
        var json = Encoding.UTF8.GetBytes(
            """{"inputs":[{"name":"text","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":19}}],"""
            + """ "parameters":{"binary_data_output":true}}""");
        using var content = new ByteArrayContent([.. json, .. Element("so bad"), .. Element("süß")]);
        content.Headers.Add("Inference-Header-Content-Length", $"{json.Length}");

        var answer = await _gateway.Client.PostAsync(Infer, content, Cancellation);
        var outputs = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("outputs");

        Assert.Equal("""sentiment.label BYTES [2] ["negative","positive"]""", Line(outputs[0]));
    }

    [Theory]
    [InlineData("""{"inputs":[]}""", 400, "one of texts is needed")]
    [InlineData("""{}""", 400, "inputs has 0 tensors")]
    [InlineData("""{"inputs":[null]}""", 400, "one of texts is needed")]
    [InlineData("""{"inputs":[{"name":"t","shape":[1],"datatype":"FP32","data":[1]}]}""", 400, "texts are BYTES")]
    [InlineData("""{"inputs":[{"name":"t","shape":[1,2],"datatype":"BYTES","data":["a","b"]}]}""", 400, "[1, 2]")]
    [InlineData("""{"inputs":[{"name":"t","shape":[-1],"datatype":"BYTES","data":["a"]}]}""", 400, "n ≥ 1")]
    [InlineData("""{"inputs":[{"name":"t","datatype":"BYTES","data":["a"]}]}""", 400, "n ≥ 1")]
    [InlineData("""{"inputs":[{"name":"t","shape":[3],"datatype":"BYTES","data":["a"]}]}""", 400, "but 1 texts")]
    [InlineData("""{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES"}]}""", 400, "data is missing")]
    [InlineData("""{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":[7]}]}""", 400, "data[0]")]
    [InlineData("""{"inputs":[{"name":"t","shape":["x"],"datatype":"BYTES","data":["a"]}]}""", 400, "inputs[0].shape")]
    [InlineData(
        """{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":9}}]}""",
        400,
        "0 bytes follow")]
    [InlineData(
        """{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":["a"]}],"outputs":[{"name":"mood"}]}""",
        400,
        "no output 'mood'")]
    [InlineData("""{"inputs":[{"name":"t","shape":[5],"datatype":"BYTES","data":["a","b","c","d","e"]}]}""", 413, "takes 4 texts")]
    [InlineData("""{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":["poison"]}]}""", 422, "poison")]
    [InlineData("""{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":["late"]}]}""", 504, "No worker responded")]
    [InlineData("""{"inputs":""", 400, "line 1")]
    public async Task Errors_contain_the_reason(string body, int status, string says)
    {
        var error = await AnswerAsync(body, (HttpStatusCode)status);

        Assert.Contains(says, error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_and_model_metadata_are_returned()
    {
        // The outputs of a model of which no prediction is known yet are asked for: by no other test.
        await using var redis = await RedisServer.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(redis.ConnectionString, Settings);
        await gateway.GetUntilAsync("/v2/health/ready", static answer => answer.GetProperty("ready").GetBoolean());
        var before = await gateway.GetAsync("/v2/models/news");
        object[] inputs = [new { name = "t", shape = new[] { 1 }, datatype = "BYTES", data = new[] { "a" } }];
        using var inferred = await gateway.PostAsync(Infer, new { inputs });
        Assert.Equal(HttpStatusCode.OK, inferred.StatusCode);
        var after = await gateway.GetUntilAsync("/v2/models/news/versions/default-v1", static _ => true);

        Assert.Equal("streambert", (await gateway.GetAsync("/v2")).GetProperty("name").GetString());
        Assert.True((await gateway.GetAsync("/v2/health/live")).GetProperty("live").GetBoolean());
        Assert.True((await gateway.GetAsync("/v2/models/news/ready")).GetProperty("ready").GetBoolean());
        Assert.Equal(
            """{"name":"text","datatype":"BYTES","shape":[-1]}""",
            Assert.Single(after.GetProperty("inputs").EnumerateArray()).GetRawText());
        Assert.Equal("[-1,-1]", before.GetProperty("outputs")[2].GetProperty("shape").GetRawText());
        Assert.Equal("[-1,2]", after.GetProperty("outputs")[2].GetProperty("shape").GetRawText());
        Assert.Equal("""["default-v1"]""", after.GetProperty("versions").GetRawText());
    }

    [Fact]
    public async Task An_unknown_model_or_version_is_not_found()
    {
        const string Body = """{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":["a"]}]}""";
        Assert.Contains(
            "news",
            (await AnswerAsync(Body, HttpStatusCode.NotFound, "/v2/models/absent/infer")).GetProperty("error").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "'default-v1' does",
            (await AnswerAsync(Body, HttpStatusCode.NotFound, "/v2/models/news/versions/v9/infer")).GetProperty("error").GetString(),
            StringComparison.Ordinal);
        await AnswerAsync(Body, HttpStatusCode.OK, "/v2/models/news/versions/default-v1/infer");
        Assert.Equal(HttpStatusCode.NotFound, (await _gateway.Client.GetAsync("/v2/models/absent/ready", Cancellation)).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await _gateway.Client.GetAsync("/v2/models/news/versions/v9/ready", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/v2/nothing", 404, "GET /v2/nothing does not exist")]
    [InlineData("GET", "/v2/models", 404, "GET /v2/models does not exist")]
    [InlineData("GET", "/v2/models/absent", 404, "no model 'absent'")]
    [InlineData("GET", "/v2/models/a%2Fb", 404, "/v2/models/a/b")]
    [InlineData("GET", "/v2/models/news/infer", 405, "allowed: POST")]
    [InlineData("POST", "/v2/health/live", 405, "allowed: GET, HEAD")]
    [InlineData("DELETE", "/v2/models/news", 405, "allowed: GET, HEAD")]
    public async Task Unrouted_requests_use_the_error_format_of_the_protocol(string method, string path, int status, string says)
    {
        using var answer = await _gateway.Client.SendAsync(new(new(method), path), Cancellation);

        Assert.Equal((status, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("error", Assert.Single(error.EnumerateObject()).Name);
        Assert.Contains(says, error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_oversized_body_uses_the_error_format_of_the_protocol()
    {
        await using var small = await GatewayHost.StartAsync(Keys.NoRedis, ("Gateway:MaxBodyBytes", "2000"));

        foreach (var size in new[] { 3_000, 10_000 })
        {
            using var answer = await small.Client.PostAsync(
                "/v2/models/financial-news/infer",
                new StringContent(new('x', size), Encoding.UTF8, "application/json"),
                Cancellation);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
            Assert.Contains(
                "MaxBodyBytes",
                (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error").GetString(),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unsupported_media_type_uses_the_error_format_of_the_protocol()
    {
        using var answer = await _gateway.Client.PostAsync(Infer, new StringContent("a bad day"), Cancellation);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains(
            "text/plain",
            (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorization_and_rate_limit_errors_use_the_error_format_of_the_protocol()
    {
        await using var guarded = await GatewayHost.StartAsync(
            Keys.NoRedis, [.. Keys
                .Settings(), ("Gateway:RateLimit:Burst", "2"), ("Gateway:RateLimit:RequestsPerSecond", "0.001")]);
        async Task<(int, string)> AskAsync(string? role)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/financial-news/infer");
            if (role is not null) request.Headers.Add("X-Api-Key", Keys.Of(role));
            using var answer = await guarded.Client.SendAsync(request, Cancellation);
            return ((int)answer.StatusCode, Assert.Single(
                (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).EnumerateObject()).Name);
        }

        Assert.Equal((401, "error"), await AskAsync(null));
        Assert.Equal((403, "error"), await AskAsync("read"));
        Assert.Equal((403, "error"), await AskAsync("read"));
        Assert.Equal((429, "error"), await AskAsync("read"));
    }

    private async Task<JsonElement> AnswerAsync(string body, HttpStatusCode status, string path = Infer)
    {
        var answer = await _gateway.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(status, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static string Line(JsonElement output) => string.Join(' ', "name datatype shape data".Split(' ').Select(output.GetProperty)
        .Select(static value => value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : value.GetRawText().Replace("0.09999999999999998", "0.1", StringComparison.Ordinal)));

    private static byte[] Element(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)utf8.Length);
        return [.. length, .. utf8];
    }

    public sealed class Host() : SharedGateway(hasRedis: true, Settings);
}
