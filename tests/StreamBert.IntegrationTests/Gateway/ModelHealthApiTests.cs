using System.Net;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Events;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The accuracy, the fairness rules and the labelling sample are projected from the log and paged through.</summary>
public sealed class ModelHealthApiTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
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
        await _gateway.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task The_last_accuracy_of_each_series_is_listed_by_pipeline_head_and_segment()
    {
        foreach (var (segment, texts) in new[] { ("all", 100L), ("topic=Energy", 40L), ("all", 200L) })
            await AppendAsync(Topics.Accuracy, $"financial-news/sentiment/{segment}", SampleEvents.Accuracy(segment, texts, Noon));

        var all = await _gateway.GetUntilAsync("/v1/accuracy?pipeline=financial-news", static answer => Series(answer).Count == 2
            && Series(answer).Exists(static series => series.GetProperty("day").GetProperty("texts").GetInt64() == 200));
        var energy = await _gateway.GetAsync("/v1/accuracy?head=sentiment&segment=topic%3DEnergy");
        var other = await _gateway.GetAsync("/v1/accuracy?pipeline=support-chat");

        Assert.Equal(0.75, Series(all)[0].GetProperty("sample").GetProperty("accuracy").GetDouble());
        Assert.Equal(40, Assert.Single(Series(energy)).GetProperty("day").GetProperty("texts").GetInt64());
        Assert.Empty(Series(other));
    }

    [Fact]
    public async Task Fairness_rules_are_paged_through_and_insufficient_data_is_a_state()
    {
        for (var rule = 0; rule < 5; rule++)
            await AppendAsync(Topics.Fairness, $"financial-news/r{rule}", SampleEvents.Fairness($"r{rule}", Noon.AddMinutes(rule)));
        await _gateway.GetUntilAsync(
            "/v1/fairness?pipeline=financial-news", static answer => answer.GetProperty("rules").GetArrayLength() == 5);

        List<string> rules = [];
        for (string? next = ""; next is not null;)
        {
            var page = await _gateway.GetAsync($"/v1/fairness?pipeline=financial-news&limit=2&cursor={Uri.EscapeDataString(next)}");
            rules.AddRange(page.GetProperty("rules").EnumerateArray().Select(static rule => rule.GetProperty("rule").GetString()!));
            Assert.All(
                page.GetProperty("rules").EnumerateArray(),
                static rule => Assert.Equal("insufficient-data", rule.GetProperty("state").GetString()));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        Assert.Equal(["r0", "r1", "r2", "r3", "r4"], rules.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_last_comparison_of_each_quantity_is_listed_without_an_alert()
    {
        foreach (var (kind, hour) in new[] { (AlertKinds.LabelDrift, 0), (AlertKinds.ConfidenceDrift, 1), (AlertKinds.LabelDrift, 2) })
            await AppendAsync(Topics.Drift, kind, SampleEvents.Drift(kind, "sentiment", Noon.AddHours(hour)));

        var answer = await _gateway.GetUntilAsync(
            "/v1/drift?pipeline=financial-news", static answer => answer.GetProperty("comparisons").GetArrayLength() == 2);
        var first = await _gateway.GetAsync("/v1/drift?limit=1");
        var other = await _gateway.GetAsync("/v1/drift?pipeline=support-chat");

        var latest = answer.GetProperty("comparisons")[0];
        Assert.Equal(("label-drift", "normal"), (latest.GetProperty("kind").GetString(), latest.GetProperty("state").GetString()));
        Assert.Equal(0.1, latest.GetProperty("comparison").GetProperty("floor").GetDouble());
        Assert.NotNull(first.GetProperty("next").GetString());
        Assert.Empty(other.GetProperty("comparisons").EnumerateArray());
    }

    [Fact]
    public async Task A_rule_whose_first_window_has_not_closed_has_insufficient_data()
    {
        await AppendAsync(Topics.Fairness, "financial-news/region", SampleEvents.Fairness("region/sentiment=negative", Noon));
        await AppendAsync(Topics.Rules, "financial-news", new RulesChanged
        {
            Pipeline = "financial-news",
            Rules = new() { Fairness = [new() { Attribute = "region" }, new() { Attribute = "desk", MinimumCount = 40 }] },
            EffectiveFrom = Noon,
            ChangedAt = Noon,
        });

        var answer = await _gateway.GetUntilAsync("/v1/fairness", static answer => answer.GetProperty("rules").GetArrayLength() == 3);

        var rules = answer.GetProperty("rules").EnumerateArray().ToList();
        Assert.Equal(
            ["financial-news region", "financial-news desk", "support-chat region"],
            rules.Select(static rule => $"{rule.GetProperty("pipeline").GetString()} {rule.GetProperty("attribute").GetString()}"));
        Assert.All(rules, static rule => Assert.Equal("insufficient-data", rule.GetProperty("state").GetString()));
        Assert.Equal(40, rules[1].GetProperty("measures")[0].GetProperty("needed").GetInt64());
        Assert.Empty(rules[1].GetProperty("groups").EnumerateArray());
    }

    [Fact]
    public async Task The_labelling_sample_shows_the_latest_texts_without_their_predicted_labels()
    {
        for (var text = 0; text < 7; text++)
            await OfferAsync($"t-{text}", text == 3 ? "support-chat" : "financial-news");

        var page = await _gateway.GetAsync("/v1/labelling?pipeline=financial-news&limit=4");
        var rest = await _gateway.GetAsync($"/v1/labelling?pipeline=financial-news&cursor={page.GetProperty("next").GetString()}");

        Assert.Equal(["t-6", "t-5", "t-4", "t-2"], Ids(page));
        Assert.Equal(["t-1", "t-0"], Ids(rest));
        var first = page.GetProperty("texts")[0];
        Assert.Equal("text of t-6", first.GetProperty("text").GetString());
        Assert.Equal(["sentiment", "topic"], first.GetProperty("heads").EnumerateArray().Select(static head => head.GetString()!));
        Assert.Equal(
            ["id", "pipeline", "occurredAt", "heads", "labels", "text", "erased", "copies"],
            first.EnumerateObject().Select(static property => property.Name));
        Assert.False(rest.TryGetProperty("next", out var end) && end.ValueKind != JsonValueKind.Null);
    }

    [Fact]
    public async Task Texts_and_heads_with_feedback_are_left_out_of_the_labelling_sample()
    {
        for (var text = 0; text < 4; text++)
            await OfferAsync($"s-{text}", "financial-news");
        await _gateway.GetUntilAsync("/v1/predictions?pipeline=financial-news&limit=10", static answer =>
            answer.GetProperty("predictions").GetArrayLength() == 4);
        foreach (var (id, head, label) in ((string, string, string)[])
            [("s-3", "sentiment", "neutral"), ("s-3", "topic", "Macro"), ("s-1", "topic", "Earnings")])
        {
            using var answer = await _gateway.PostAsync("/v1/feedback", new { id, head, label });
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        var page = await _gateway.GetAsync("/v1/labelling?pipeline=financial-news&limit=3");

        Assert.Equal(["s-2", "s-1", "s-0"], Ids(page));
        var partly = page.GetProperty("texts")[1];
        Assert.Equal(["sentiment"], partly.GetProperty("heads").EnumerateArray().Select(static head => head.GetString()!));
        Assert.Equal(
            ["negative", "neutral", "positive"],
            partly.GetProperty("labels").GetProperty("sentiment").EnumerateArray().Select(static label => label.GetString()!));
    }

    [Fact]
    public async Task An_offer_whose_prediction_is_gone_or_is_another_one_shows_no_text()
    {
        await AppendAsync(Topics.LabellingSample, "gone", Offer("gone", "financial-news", new(Topics.Predictions, 0, 1_000_000)));
        var (_, position) = await PredictAsync("other", "financial-news");
        await AppendAsync(Topics.LabellingSample, "mine", Offer("mine", "financial-news", position));

        var page = await _gateway.GetAsync("/v1/labelling");

        Assert.Equal(["mine", "gone"], Ids(page));
        Assert.All(page.GetProperty("texts").EnumerateArray(), static text =>
            Assert.False(text.TryGetProperty("text", out var shown) && shown.ValueKind != JsonValueKind.Null));
    }

    [Theory]
    [InlineData("/v1/accuracy?limit=0")]
    [InlineData("/v1/accuracy?cursor=x")]
    [InlineData("/v1/fairness?limit=1001")]
    [InlineData("/v1/drift?limit=0")]
    [InlineData("/v1/drift?cursor=x")]
    [InlineData("/v1/labelling?cursor=-1")]
    [InlineData("/v1/labelling?limit=201")]
    [InlineData("/v1/labelling?strategy=best")]
    [InlineData("/v1/labelling?strategy=uncertain&pipeline=nothing")]
    [InlineData("/v1/labelling?strategy=alert")]
    [InlineData("/v1/labelling?alert=nothing")]
    public async Task Invalid_limits_and_cursors_are_refused(string path)
    {
        using var answer = await _gateway.Client.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Status_prints_the_accuracy_the_groups_without_enough_data_and_the_rules()
    {
        await AppendAsync(Topics.Accuracy, "financial-news/sentiment/all", SampleEvents.Accuracy("all", 9_600, Noon));
        await AppendAsync(Topics.Fairness, "financial-news/region", SampleEvents.Fairness("region/sentiment=negative", Noon));
        await AppendAsync(Topics.EventTime, "financial-news", new EventTimeUpdated
        {
            Pipeline = "financial-news",
            Texts = 9_600,
            Late = 0,
            TooLate = 0,
            AllowedLateness = TimeSpan.FromSeconds(2),
        });
        await _gateway.GetUntilAsync("/v1/status", static status => status.GetProperty("eventTimes").GetArrayLength() == 1);
        await _gateway.GetUntilAsync(
            "/v1/fairness?pipeline=financial-news", static answer => answer.GetProperty("rules").GetArrayLength() == 1);
        await _gateway.GetUntilAsync("/v1/accuracy", static answer => Series(answer).Count == 1);

        var (_, printed, _) = await StreamBertProcess.RunAsync("status", "--url", _gateway.Client.BaseAddress!.ToString());

        Assert.Contains("82.0 % (79.0 %", printed, StringComparison.Ordinal);
        Assert.Contains("75.0 % (59.8 %", printed, StringComparison.Ordinal);
        Assert.Contains("insufficient-data", printed, StringComparison.Ordinal);
        Assert.Contains("islands", printed, StringComparison.Ordinal);
        Assert.Contains("Rules of financial-news (as configured): 1 false alarms per 7 days", printed, StringComparison.Ordinal);
    }

    private static List<JsonElement> Series(JsonElement answer) => [.. answer.GetProperty("series").EnumerateArray()
        .OrderBy(static series => series.GetProperty("series").GetProperty("segment").GetString(), StringComparer.Ordinal)];

    private static IEnumerable<string> Ids(JsonElement page) =>
        page.GetProperty("texts").EnumerateArray().Select(static text => text.GetProperty("id").GetString()!);

    private static LabellingOffered Offer(string id, string pipeline, RecordPosition position) =>
        new() { Id = id, Pipeline = pipeline, OccurredAt = Noon, Prediction = position };

    private async Task OfferAsync(string id, string pipeline)
    {
        var (prediction, position) = await PredictAsync(id, pipeline);
        await AppendAsync(Topics.LabellingSample, id, Offer(prediction.Id, pipeline, position));
    }

    private async Task<(TextClassified Prediction, RecordPosition Position)> PredictAsync(string id, string pipeline)
    {
        var prediction = SampleEvents.Prediction(id, pipeline, $"text of {id}", "negative", Noon);
        var before = (await _gateway.Log.DescribeAsync([Topics.Predictions], Cancellation))[0].End;
        await AppendAsync(Topics.Predictions, id, prediction);
        return (prediction, new(Topics.Predictions, 0, before));
    }

    private Task AppendAsync<T>(string topic, string key, T item) =>
        _gateway.Log.AppendAsync([EventRecord.Create(topic, key, item, Noon) with { Partition = 0 }], Cancellation);
}
