using System.Net;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.Streaming.Events;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The annotation queue chooses texts from the stored predictions and leaves out what needs no label.</summary>
public sealed class LabellingApiTests : IAsyncLifetime
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
    public async Task The_least_certain_texts_come_first_with_the_reason_and_near_duplicates_are_one_text()
    {
        await PredictAsync("sure", 0.97, "profits of the bank rise again this quarter");
        await PredictAsync("torn", 0.44, "the outlook for chip makers is uncertain");
        await PredictAsync("copy", 0.46, "The outlook for chip makers is uncertain!");

        var texts = await TextsAsync("strategy=uncertain&head=sentiment", 2);

        Assert.Equal(["torn", "sure"], Ids(texts));
        Assert.Equal(2, texts[0].GetProperty("copies").GetInt32());
        Assert.Contains("hardly more probable than", texts[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(0.44, texts[0].GetProperty("answers").GetProperty("sentiment").GetProperty("confidence").GetDouble());
    }

    [Fact]
    public async Task A_labelled_text_leaves_the_queue_and_contradicting_labels_bring_it_back_for_a_third_annotator()
    {
        await PredictAsync("one", 0.5, "oil falls below sixty dollars");
        await PredictAsync("two", 0.6, "the central bank holds its rate");
        await TextsAsync("strategy=uncertain&head=sentiment", 2);
        await LabelAsync("one", "positive", "anna");
        await LabelAsync("one", "negative", "bob");

        Assert.Equal(["two"], Ids(await TextsAsync("strategy=uncertain&head=sentiment&annotator=anna", 1)));
        Assert.Equal(["one"], Ids(await TextsAsync("strategy=contradicted&annotator=chris", 1)));
        Assert.Empty(await TextsAsync("strategy=contradicted&annotator=bob", 0));
    }

    [Fact]
    public async Task The_texts_behind_an_alert_are_its_examples_and_those_of_its_window_and_segment()
    {
        await PredictAsync("surge-1", 0.9, "output shrinks for a third quarter", Noon.AddDays(-2));
        await PredictAsync("inside", 0.9, "factory orders fall for a fifth month", Noon.AddMinutes(-1));
        await PredictAsync("outside", 0.9, "exports recover in the north", Noon.AddMinutes(5));
        await AppendAsync(Topics.Alerts, "surge", SampleEvents.Surge("surge", Noon));
        await _gateway.GetUntilAsync("/v1/alerts", static answer => answer.GetProperty("alerts").GetArrayLength() == 1);

        Assert.Equal(["surge-1", "inside"], Ids(await TextsAsync("alert=surge", 2)));
    }

    private async Task LabelAsync(string id, string label, string annotator)
    {
        using var answer = await _gateway.PostAsync("/v1/feedback", new { id, head = "sentiment", label, annotator });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private async Task<List<JsonElement>> TextsAsync(string query, int count)
    {
        var answer = await _gateway.GetUntilAsync($"/v1/labelling?pipeline=financial-news&{query}", answer =>
            answer.GetProperty("texts").GetArrayLength() == count);
        return [.. answer.GetProperty("texts").EnumerateArray()];
    }

    private static IEnumerable<string> Ids(IEnumerable<JsonElement> texts) =>
        texts.Select(static text => text.GetProperty("id").GetString()!);

    private Task PredictAsync(string id, double confidence, string text, DateTimeOffset? at = null)
    {
        var prediction = SampleEvents.Prediction(id, "financial-news", text, "negative", at ?? Noon);
        var rest = (1 - confidence) / 2;
        var scores = new Dictionary<string, double> { ["negative"] = confidence, ["neutral"] = rest + 0.01, ["positive"] = rest - 0.01 };
        return AppendAsync(Topics.Predictions, id, prediction with
        {
            Heads = new Dictionary<string, HeadPrediction>(prediction.Heads) { ["sentiment"] = new("negative", confidence, scores) },
            Story = SimHash.Format(SimHash.Of(text)),
        });
    }

    private Task AppendAsync<T>(string topic, string key, T item) =>
        _gateway.Log.AppendAsync([EventRecord.Create(topic, key, item, Noon) with { Partition = 0 }], Cancellation);
}
