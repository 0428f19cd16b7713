using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The API on a Gateway of its own for each test: what is sent, stored and counted.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _gateway = await GatewayHost.StartAsync(_redis.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Texts_become_predictions_and_the_ledger_balances()
    {
        var sent = await _gateway.PostAsync("/v1/texts", new object[]
        {
            new { id = "mine", text = "a bad day", attributes = new { region = "EU" }, extra = "ignored" },
            new { text = "a good day" },
            new { text = "poison" },
            new { text = "hello", pipeline = "support-chat" },
        });
        var ids = (await ReadAsync(sent)).GetProperty("ids").EnumerateArray().Select(static id => id.GetString()!).ToList();

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        Assert.Equal("mine", ids[0]);
        Assert.Equal(7, Guid.Parse(ids[1]).Version);

        var status = await _gateway.GetUntilAsync("/v1/status", static answer => Total(answer) is (4, 3, 1, 0));
        Assert.True(status.GetProperty("ledger").GetProperty("total").GetProperty("balanced").GetBoolean());
        Assert.Equal("ok", status.GetProperty("status").GetString());

        var prediction = await _gateway.GetAsync("/v1/predictions/mine");
        Assert.Equal("negative", prediction.GetProperty("heads").GetProperty("sentiment").GetProperty("label").GetString());
        Assert.Equal("EU", prediction.GetProperty("attributes").GetProperty("region").GetString());
        var negative = await _gateway.GetAsync("/v1/predictions?pipeline=financial-news&head=sentiment&label=negative");
        Assert.Equal("mine", Assert.Single(negative.GetProperty("predictions").EnumerateArray()).GetProperty("id").GetString());
        var letter = Assert.Single((await _gateway.GetAsync("/v1/dead-letters")).GetProperty("deadLetters").EnumerateArray());
        Assert.Equal("model-error", letter.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Texts_may_be_JSON_Lines()
    {
        var lines = new StringContent("{\"text\":\"one\"}\r\n\n{\"text\":\"two\"}", Encoding.UTF8, "application/x-ndjson");

        var sent = await _gateway.Client.PostAsync("/v1/texts?pipeline=support-chat", lines, Cancellation);

        Assert.Equal(2, (await ReadAsync(sent)).GetProperty("accepted").GetInt32());
        await _gateway.GetUntilAsync(
            "/v1/predictions?pipeline=support-chat",
            static answer => answer.GetProperty("predictions").GetArrayLength() == 2);
    }

    [Fact]
    public async Task One_text_is_classified_while_the_caller_waits()
    {
        var answer = await _gateway.PostAsync("/v1/classify", new { text = "this is bad", pipeline = "support-chat" });
        var prediction = await ReadAsync(answer);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("support-chat", prediction.GetProperty("pipeline").GetString());
        Assert.Equal(Topics.Interactive, prediction.GetProperty("origin").GetProperty("topic").GetString());
        Assert.Equal(
            1,
            (await _gateway.GetAsync("/v1/status")).GetProperty("traffic").GetProperty("classifyMs").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task An_interactive_record_has_its_deadline()
    {
        var before = TimeProvider.System.GetUtcNow();
        await _gateway.PostAsync("/v1/classify", new { text = "a good day", deadlineMs = 4_000 });
        var deadlines = new List<DateTimeOffset>();
        await foreach (var record in _gateway.Log.ReadToEndAsync(Topics.Interactive, null, Cancellation))
        {
            deadlines.Add(DateTimeOffset.Parse(
                EventRecord.Header(record, RecordHeaders.Deadline)!,
                System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.InRange(Assert.Single(deadlines), before.AddSeconds(4), TimeProvider.System.GetUtcNow().AddSeconds(4));
    }

    [Fact]
    public async Task Overload_rejects_interactive_texts_and_accepts_bulk_texts()
    {
        await _gateway.PostAsync("/v1/classify", new { text = "the worker takes 2 ms for 3 tokens" });
        var silent = Enumerable.Range(0, 100).Select(_ => _gateway.PostAsync("/v1/classify", new { text = "silence", deadlineMs = 5_000 }))
            .ToList();

        HttpResponseMessage answer;
        do
            answer = await _gateway.PostAsync("/v1/classify", new { text = "quick", deadlineMs = 25 });
        while (answer.StatusCode != HttpStatusCode.TooManyRequests && !silent.Any(static asked => asked.IsCompleted));
        var bulk = await _gateway.PostAsync("/v1/texts", new { text = "no hurry" });

        var problem = await ProblemAsync(answer, HttpStatusCode.TooManyRequests, "overload");
        Assert.Contains("deadline of 25 ms", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal(HttpStatusCode.Accepted, bulk.StatusCode);
        Assert.All(await Task.WhenAll(silent), static late => Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode));
    }

    [Fact]
    public async Task Feedback_is_appended_with_the_position_of_its_text()
    {
        await ClassifiedAsync("first", "a bad day");

        var sent = await _gateway.PostAsync(
            "/v1/feedback",
            new { id = "first", head = "sentiment", label = "positive", annotator = "kim" });

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var record = Assert.Single(await ReadToEndAsync(Topics.Feedback));
        var feedback = Wire.Deserialize<FeedbackReceived>(record);
        Assert.Equal(("first", "financial-news", "positive", "kim"), (feedback.Id, feedback.Pipeline, feedback.Label, feedback.Annotator));
        Assert.Equal("texts.financial-news", feedback.Origin!.Topic);
    }

    [Fact]
    public async Task A_label_is_withdrawn_once_and_can_be_given_again()
    {
        await ClassifiedAsync("reuters/7", "a bad day");
        var label = new { id = "reuters/7", head = "sentiment", label = "positive" };
        await _gateway.PostAsync("/v1/feedback", label);

        var withdrawn = await _gateway.Client.DeleteAsync("/v1/feedback/reuters%2F7?head=sentiment", Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, withdrawn.StatusCode);
        Assert.Equal("sentiment", Assert.Single((await ReadAsync(withdrawn)).GetProperty("withdrawn").EnumerateArray()).GetString());
        var (given, withdrawal) = (await ReadToEndAsync(Topics.Feedback)) is [var first, var second]
            ? (Wire.Deserialize<FeedbackReceived>(first), Wire.Deserialize<FeedbackWithdrawn>(second)) : default;
        Assert.Equal(
            (given.Id, given.Pipeline, given.Head, given.Annotator),
            (withdrawal.Id, withdrawal.Pipeline, withdrawal.Head, withdrawal.Annotator));
        var problem = await ProblemAsync(
            await _gateway.Client.DeleteAsync("/v1/feedback/reuters/7", Cancellation), HttpStatusCode.NotFound, "not-found");
        Assert.Contains("has no label on the text 'reuters/7'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        await _gateway.PostAsync("/v1/feedback", label);
        var again = await _gateway.Client.DeleteAsync("/v1/feedback/reuters/7", Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    [Theory]
    [InlineData("?head=mood", HttpStatusCode.NotFound, "not-found", "the head 'mood' of the text 'first'")]
    [InlineData("?annotator=kim", HttpStatusCode.NotFound, "not-found", "'kim' has no label")]
    [InlineData("?pipeline=elsewhere", HttpStatusCode.BadRequest, "invalid-input", "there is no pipeline 'elsewhere'")]
    public async Task A_label_that_does_not_exist_cannot_be_withdrawn(string query, HttpStatusCode status, string code, string reason)
    {
        await ClassifiedAsync("first", "a bad day");
        await _gateway.PostAsync("/v1/feedback", new { id = "first", head = "sentiment", label = "positive" });

        var problem = await ProblemAsync(await _gateway.Client.DeleteAsync($"/v1/feedback/first{query}", Cancellation), status, code);

        Assert.Contains(reason, problem.GetRawText().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Single(await ReadToEndAsync(Topics.Feedback));
    }

    [Fact]
    public async Task Without_predictions_labels_are_validated_against_the_serving_model()
    {
        await AnnounceAsync("0", "1", "2");
        await _gateway.GetUntilAsync(
            "/v1/pipelines",
            static answer => answer.GetProperty("pipelines")[0].GetProperty("heads").GetProperty("sentiment").GetArrayLength() == 3);

        var problem = await ProblemAsync(
            await _gateway.PostAsync(
                "/v1/feedback",
                new { id = 7, pipeline = "financial-news", head = "sentiment", label = "splendid", text = "a bad day" }),
            HttpStatusCode.BadRequest, "invalid-input");
        var sent = await _gateway.Client.PostAsync("/v1/feedback", new StringContent(
            """{"id":7,"pipeline":"financial-news","head":"sentiment","label":2.0,"text":"a bad day"}""", Encoding
                .UTF8, "application/json"), Cancellation);

        Assert.Contains("it has 0, 1, 2", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var feedback = Wire.Deserialize<FeedbackReceived>(Assert.Single(await ReadToEndAsync(Topics.Feedback)));
        Assert.Equal(("7", "2"), (feedback.Id, feedback.Label));
    }

    [Fact]
    public async Task A_cloud_event_is_classified_under_its_own_id_and_time()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/texts")
        {
            Content = new StringContent("a bad day", Encoding.UTF8, "text/plain")
        };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("id", "e1"), ("source", "/wire"), ("type", "news"),
            ("specversion", "1.0"), ("time", "2024-01-02T03:04:05Z")])
        {
            request.Headers.Add($"ce-{name}", value);
        }

        var sent = await _gateway.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var prediction = await _gateway.GetUntilAsync("/v1/predictions/e1", static _ => true);
        Assert.Equal("2024-01-02T03:04:05+00:00", prediction.GetProperty("occurredAt").GetString());
        Assert.Equal("/wire", Wire.Deserialize<TextReceived>(Assert.Single(await ReadToEndAsync(Topics.Texts("financial-news")))).Source);
    }

    [Fact]
    public async Task A_lone_surrogate_is_noted_in_the_response_and_in_the_prediction()
    {
        var sent = await _gateway.Client.PostAsync(
            "/v1/texts",
            new StringContent("""{"id":"half","text":"bad \ud83d","extra":1}""", Encoding.UTF8, "application/json"),
            Cancellation);
        var notes = (await ReadAsync(sent)).GetProperty("notes");

        Assert.StartsWith("[0]: 1 escaped surrogate", notes[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("Unknown fields were ignored: extra.", notes[1].GetString());
        var record = (await ReadToEndAsync(Topics.Texts("financial-news")))[0];
        Assert.Equal("bad \uFFFD", Wire.Deserialize<TextReceived>(record).Text);
        Assert.Single(Wire.Deserialize<TextReceived>(record).Notes!);
    }

    [Fact]
    public async Task One_invalid_feedback_rejects_all_and_every_error_is_reported()
    {
        await ClassifiedAsync("first", "a bad day");

        var problem = await ProblemAsync(
            await _gateway.PostAsync("/v1/feedback", new object[]
            {
                new { id = "first", head = "sentiment", label = "positive" },
                new { id = "first", head = "sentiment", label = "splendid" },
                new { id = "first", head = "topic-x", label = "positive" },
                new { id = "unknown", head = "sentiment", label = "positive" },
                new { id = "first", pipeline = "support-chat", head = "sentiment", label = "positive" },
            }),
            HttpStatusCode.BadRequest, "invalid-input");

        var errors = problem.GetProperty("errors");
        Assert.Equal(4, problem.GetProperty("errorCount").GetInt32());
        Assert.Equal(["[1].label", "[2].head", "[3].id", "[4].pipeline"], errors.EnumerateObject().Select(static error => error.Name));
        Assert.Contains("negative, positive", errors.GetProperty("[1].label").GetString(), StringComparison.Ordinal);
        Assert.Empty(await ReadToEndAsync(Topics.Feedback));
    }

    [Fact]
    public async Task All_errors_are_counted_and_a_hundred_are_listed()
    {
        var problem = await ProblemAsync(
            await _gateway.PostAsync(
                "/v1/feedback",
                Enumerable.Range(0, 250).Select(static n => new { id = $"unknown-{n}", head = "sentiment", label = "positive" })),
            HttpStatusCode.BadRequest, "invalid-input");

        Assert.Equal(250, problem.GetProperty("errorCount").GetInt32());
        var listed = problem.GetProperty("errors").EnumerateObject().Select(static error => error.Name);
        Assert.Equal(100, listed.Count(static name => name.EndsWith("].id", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_event_stream_filters_by_type_and_pipeline()
    {
        using var response = await _gateway.Client
            .GetAsync("/v1/stream?type=prediction&pipeline=support-chat", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        await LineAsync(reader, ": connected");
        await _gateway.PostAsync("/v1/texts", new object[] {
            new { id = "news", text = "a" },
            new { id = "chat", text = "b", pipeline = "support-chat" },
            new { text = "poison", pipeline = "support-chat" } });

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("id: predictions/", await LineAsync(reader, "id: "), StringComparison.Ordinal);
        Assert.Equal("event: prediction", await LineAsync(reader, "event: "));
        Assert.Contains("\"id\":\"chat\"", await LineAsync(reader, "data: "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_metrics_and_pipelines_respond()
    {
        await _gateway.GetUntilAsync("/health/ready", static answer => answer.GetProperty("status").GetString() == "ready");
        await ClassifiedAsync("first", "a bad day");

        var pipeline = (await _gateway.GetAsync("/v1/pipelines")).GetProperty("pipelines")[0];
        var metrics = await _gateway.Client.GetStringAsync("/metrics", Cancellation);
        var live = await _gateway.Client.GetAsync("/health/live", Cancellation);

        Assert.Equal("[\"negative\",\"positive\"]", pipeline.GetProperty("heads").GetProperty("sentiment").GetRawText());
        Assert.Contains("streambert_ledger_records", metrics, StringComparison.Ordinal);
        Assert.Equal("nosniff", live.Headers.GetValues("X-Content-Type-Options").Single());
    }

    internal static (long In, long? Out, long? Dead, long InFlight) Total(JsonElement status)
    {
        var total = status.GetProperty("ledger").GetProperty("total");
        long? Read(string name) => total.TryGetProperty(name, out var value) ? value.GetInt64() : null;
        return (Read("in") ?? -1, Read("out"), Read("deadLettered"), Read("inFlight") ?? -1);
    }

    /// <summary>As the trainer does of a package that ships.</summary>
    private Task AnnounceAsync(params string[] labels)
    {
        var trained = new ModelTrained
        {
            Model = "default",
            Version = "default-v1",
            TrainedAt = DateTimeOffset.UnixEpoch,
            TrainingSeconds = 0,
            FeedbackCount = 0,
            ReplayCount = 0,
            Candidate = [],
            Labels = new Dictionary<string, IReadOnlyList<string>> { ["sentiment"] = labels },
            Accepted = true,
            Gates = [],
        };
        return _gateway.Log.AppendAsync(
            [EventRecord.Create(Topics.Models, trained, trained.TrainedAt)], Cancellation);
    }

    private async Task ClassifiedAsync(string id, string text)
    {
        await _gateway.PostAsync("/v1/texts", new { id, text });
        await _gateway.GetUntilAsync($"/v1/predictions/{id}", static _ => true);
    }

    private async Task<List<byte[]>> ReadToEndAsync(string topic)
    {
        var values = new List<byte[]>();
        await foreach (var record in _gateway.Log.ReadToEndAsync(topic, null, Cancellation)) values.Add(record.Value!);
        return values;
    }

    private static async Task<string> LineAsync(StreamReader reader, string start)
    {
        while (await reader.ReadLineAsync(Cancellation) is { } line)
            if (line.StartsWith(start, StringComparison.Ordinal)) return line;
        throw new EndOfStreamException($"The stream ended before '{start}'.");
    }

    internal static Task<JsonElement> ReadAsync(HttpResponseMessage response)
        => response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

    internal static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = await ReadAsync(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"urn:streambert:problem:{code}", problem.GetProperty("type").GetString());
        return problem;
    }
}
