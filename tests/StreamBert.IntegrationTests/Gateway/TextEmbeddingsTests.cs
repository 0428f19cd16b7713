using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The routes that clients of Text Embeddings Inference know.</summary>
public sealed class TextEmbeddingsTests(TextEmbeddingsTests.Host host) : IClassFixture<TextEmbeddingsTests.Host>
{
    private readonly GatewayHost _gateway = host.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"inputs":"a bad day"}""")]
    [InlineData("""{"inputs":["a bad day"],"truncate":true,"raw_scores":false,"truncation_direction":"Right"}""")]
    public async Task A_text_returns_its_labels_by_descending_score(string body) =>
        Assert.Equal(
            """[{"score":0.9,"label":"negative"},{"score":0.1,"label":"positive"}]""",
            Rounded(await AnswerAsync(body, HttpStatusCode.OK)));

    [Fact]
    public async Task A_batch_returns_a_list_for_each_text_in_order() =>
        Assert.Equal(
            """[[{"score":0.9,"label":"negative"},{"score":0.1,"label":"positive"}],"""
            + """[{"score":0.8,"label":"positive"},{"score":0.2,"label":"negative"}]]""",
            Rounded(await AnswerAsync("""{"inputs":[["a bad day"],["a good day"]]}""", HttpStatusCode.OK)));

    [Fact]
    public async Task Raw_scores_are_the_logarithms_of_the_scores()
    {
        var answer = await AnswerAsync("""{"inputs":"a bad day","raw_scores":true}""", HttpStatusCode.OK);

        Assert.Equal(
            [Math.Log(0.9), Math.Log(0.1)],
            answer.EnumerateArray().Select(static label => Math.Round(label.GetProperty("score").GetDouble(), 12)),
            static (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Theory]
    [InlineData("""{"inputs":""}""", 400, "Empty", "cannot be empty")]
    [InlineData("""{"inputs":[[""]]}""", 400, "Empty", "cannot be empty")]
    [InlineData("""{"inputs":[]}""", 422, "Validation", "inputs has 0 elements")]
    [InlineData("""{"inputs":[["a"],[]]}""", 422, "Validation", "inputs[1] has 0 elements")]
    [InlineData("""{"inputs":["a","b","c"]}""", 422, "Validation", "inputs has 3 elements")]
    [InlineData("""{"inputs":["a","b"]}""", 422, "Validation", "a pair of texts")]
    [InlineData("""{"inputs":[["a"],"b"]}""", 422, "Validation", "inputs[1]")]
    [InlineData("""{"inputs":[[1]]}""", 422, "Validation", "inputs[0][0]")]
    [InlineData("""{"inputs":["\ud800"]}""", 422, "Validation", "surrogate")]
    [InlineData("""{"inputs":7}""", 422, "Validation", "inputs must be")]
    [InlineData("""{"texts":["a"]}""", 422, "Validation", "inputs is missing")]
    [InlineData("""{"inputs":"a","raw_scores":"yes"}""", 422, "Validation", "raw_scores")]
    [InlineData("""{"inputs":""", 400, "Validation", "line 1")]
    [InlineData("""{"inputs":[["a"],["b"],["c"],["d"],["e"]]}""", 422, "Validation", "batch size 5 > maximum allowed batch size 4")]
    [InlineData("""{"inputs":"too much","truncate":false}""", 422, "Validation", "truncate is false")]
    [InlineData("""{"inputs":"too much","truncation_direction":"left"}""", 422, "Validation", "left")]
    [InlineData("""{"inputs":"poison"}""", 424, "Backend", "poison")]
    [InlineData("""{"inputs":"late"}""", 424, "Backend", "No worker responded")]
    public async Task Errors_use_the_format_of_the_original_server(string body, int status, string type, string says)
    {
        var error = await AnswerAsync(body, (HttpStatusCode)status);

        Assert.Equal(type, error.GetProperty("error_type").GetString());
        Assert.Contains(says, error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/invocations")]
    public async Task The_root_and_the_SageMaker_route_predict(string path) =>
        Assert.Equal(
            "negative",
            (await AnswerAsync("{\"inputs\":\"a bad day\"}", HttpStatusCode.OK, path))[0].GetProperty("label").GetString());

    [Fact]
    public async Task Vertex_AI_instances_return_predictions()
    {
        var answer = await AnswerAsync(
            """{"instances":[{"inputs":"a bad day"},{"inputs":[["a good day"]]}]}""",
            HttpStatusCode.OK,
            "/vertex");

        Assert.Equal(
            """{"predictions":[[{"score":0.9,"label":"negative"},{"score":0.1,"label":"positive"}],"""
            + """[[{"score":0.8,"label":"positive"},{"score":0.2,"label":"negative"}]]]}""",
            Rounded(answer));
        Assert.Equal(
            "Validation",
            (await AnswerAsync("{}", HttpStatusCode.UnprocessableEntity, "/vertex")).GetProperty("error_type").GetString());
    }

    [Theory]
    [InlineData("""{"inputs":"süße 😀 Äpfel"}""",
        """[[{"id":0,"text":"[CLS]","special":true,"start":null,"stop":null},{"id":4,"text":"süße","special":false,"start":0,"stop":6},"""
        + """{"id":2,"text":"😀","special":false,"start":7,"stop":11},{"id":5,"text":"Äpfel","special":false,"start":12,"stop":18}]]""")]
    [InlineData("""{"inputs":["a","bc d"],"add_special_tokens":false}""",
        """[[{"id":1,"text":"a","special":false,"start":0,"stop":1}],[{"id":2,"text":"bc","special":false,"start":0,"stop":2},"""
        + """{"id":1,"text":"d","special":false,"start":3,"stop":4}]]""")]
    public async Task Tokens_have_byte_positions(string body, string tokens) =>
        Assert.True(
            JsonElement.DeepEquals(JsonDocument.Parse(tokens).RootElement, await AnswerAsync(body, HttpStatusCode.OK, "/tokenize")));

    [Theory]
    [InlineData("/tokenize", """{"inputs":""}""", 400, "Empty", "cannot be empty")]
    [InlineData("/tokenize", """{"inputs":[]}""", 400, "Empty", "cannot be empty")]
    [InlineData("/tokenize", """{"inputs":[["a"]]}""", 422, "Validation", "inputs[0]")]
    [InlineData("/tokenize", """{"inputs":7}""", 422, "Validation", "inputs must be")]
    [InlineData("/tokenize", """{}""", 422, "Validation", "inputs is missing")]
    [InlineData("/tokenize", """{"inputs":"a","prompt_name":"query"}""", 422, "Validation", "prompt_name")]
    [InlineData("/tokenize", """{"inputs":["a","b","c","d","e"]}""", 422, "Validation", "batch size 5 > maximum allowed batch size 4")]
    [InlineData("/tokenize", """{"inputs":["a","b","c","d"]}""", 429, "Overloaded", "the maximum is 3")]
    [InlineData("/tokenize", """{"inputs":"poison"}""", 424, "Backend", "It was poison")]
    [InlineData("/decode", """{"ids":[1]}""", 424, "Backend", "cannot be decoded")]
    public async Task Tokenization_errors_use_the_format_of_the_original_server(
        string path,
        string body,
        int status,
        string type,
        string says)
    {
        var error = await AnswerAsync(body, (HttpStatusCode)status, path);

        Assert.Equal(type, error.GetProperty("error_type").GetString());
        Assert.Contains(says, error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokenization_without_a_worker_times_out()
    {
        await using var hasty = await GatewayHost.StartAsync(Keys.NoRedis, ("Gateway:ClassifyDeadline", "00:00:00.2"));

        var answer = await hasty.PostAsync("/tokenize", new { inputs = "silence" });

        Assert.Equal(HttpStatusCode.FailedDependency, answer.StatusCode);
        Assert.Contains("No worker responded", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/embed", "not an embedding model")]
    [InlineData("/embed_all", "not an embedding model")]
    [InlineData("/embed_sparse", "SPLADE")]
    [InlineData("/similarity", "not an embedding model")]
    [InlineData("/rerank", "not a re-ranker model")]
    public async Task Routes_of_other_models_are_rejected_as_by_the_original_server(string path, string says)
    {
        var error = await AnswerAsync("{\"inputs\":\"a\"}", HttpStatusCode.FailedDependency, path);

        Assert.Equal("Backend", error.GetProperty("error_type").GetString());
        Assert.Contains(says, error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/embeddings")]
    [InlineData("/v1/embeddings")]
    public async Task OpenAI_routes_are_rejected_in_the_OpenAI_format(string path)
    {
        var error = await AnswerAsync("{\"input\":\"a\"}", HttpStatusCode.FailedDependency, path);

        Assert.Equal((424, "Backend"), (error.GetProperty("code").GetInt32(), error.GetProperty("type").GetString()));
        Assert.Contains("not an embedding model", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/predict")]
    [InlineData("GET", "/invocations")]
    [InlineData("POST", "/ping")]
    public async Task A_wrong_method_uses_the_error_format_of_the_original_server(string method, string path)
    {
        using var answer = await _gateway.Client.SendAsync(new(new(method), path), Cancellation);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(
            ["error", "error_type"],
            (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).EnumerateObject().Select(static field => field.Name));
    }

    [Fact]
    public async Task A_long_text_is_invalid_and_an_oversized_body_is_413()
    {
        var text = await AnswerAsync(
            JsonSerializer.Serialize(new { inputs = new string('a', 300_000) }),
            HttpStatusCode.UnprocessableEntity);
        var body = await AnswerAsync(
            JsonSerializer.Serialize(new { inputs = new string('a', 9_000_000) }),
            HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal(
            ("Validation", "Validation"),
            (text.GetProperty("error_type").GetString(), body.GetProperty("error_type").GetString()));
    }

    [Fact]
    public async Task Overload_uses_the_format_of_the_original_server()
    {
        var answer = await _gateway.PostAsync("/predict", new { inputs = Enumerable.Repeat(new[] { "one too many" }, 4) });

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(
            "Overloaded",
            (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error_type").GetString());
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Info_returns_the_model_and_its_labels()
    {
        await AnswerAsync("""{"inputs":"a bad day"}""", HttpStatusCode.OK);

        var info = await _gateway.GetAsync("/info");

        Assert.Equal(("default", "support-chat", 4, 128), (info.GetProperty("model_id").GetString(), info.GetProperty("served_model_name")
            .GetString(),
            info.GetProperty("max_client_batch_size").GetInt32(), info.GetProperty("max_input_length").GetInt32()));
        Assert.Equal(
            """{"classifier":{"id2label":{"0":"negative","1":"positive"},"label2id":{"negative":0,"positive":1}}}""",
            info.GetProperty("model_type").GetRawText());
    }

    [Fact]
    public async Task Health_has_no_body()
    {
        await _gateway.GetUntilAsync("/health/ready", static _ => true);

        foreach (var path in new[] { "/health", "/ping" })
        {
            using var health = await _gateway.Client.GetAsync(path, Cancellation);
            Assert.Equal((HttpStatusCode.OK, 0), (health.StatusCode, (await health.Content.ReadAsByteArrayAsync(Cancellation)).Length));
        }
    }

    private async Task<JsonElement> AnswerAsync(string body, HttpStatusCode status, string path = "/predict")
    {
        var answer = await _gateway.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(status, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static string Rounded(JsonElement answer)
        => answer.GetRawText().Replace("0.09999999999999998", "0.1", StringComparison.Ordinal);

    public sealed class Host() : SharedGateway(
        hasRedis: true,
        ("Gateway:MaxClassifyTexts", "4"), ("Gateway:MaxPendingClassifications", "3"),
        ("Gateway:Compatibility:Pipeline", "support-chat"), ("Gateway:Compatibility:Head", "sentiment"));
}
