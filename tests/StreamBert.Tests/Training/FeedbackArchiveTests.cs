using System.Text;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Streaming.Log;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training;

public sealed class FeedbackArchiveTests
{
    private static readonly HeadInfo[] Heads = [new("sentiment", TinyModel.Sentiments), new("topic", TinyModel.Topics)];

    [Fact]
    public async Task The_last_verdict_on_a_text_and_head_wins()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
        [
            TrainingBench.Verdict("a", "Oil prices rise", "negative", second: 1),
            TrainingBench.Verdict("a", "Oil prices rise", "oil", second: 2, head: "topic"),
            TrainingBench.Verdict("b", "oil  prices rise ", "positive", second: 3),
        ]);

        Assert.Equal([("topic", "oil"), ("sentiment", "positive")], (await ReadAsync(bench)).Select(static v => (v.Head, v.Label)));
    }

    [Fact]
    public async Task A_text_is_fetched_from_its_origin_by_the_fields_of_the_pipeline()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions
            {
                Name = "news",
                Heads = ["sentiment"],
                InputTopics = ["wire"],
                Fields = new() { Id = "no", Text = "body.headline" }
            });
        var origin = await ProduceAsync(bench, "wire", """{"no":7,"body":{"headline":"Shares fall"}}""");

        await bench.AppendAsync([TrainingBench.Verdict("7", null, "negative", origin: origin)]);

        Assert.Equal("Shares fall", Assert.Single(await ReadAsync(bench)).Text);
    }

    [Fact]
    public async Task A_text_that_came_by_the_api_is_fetched_from_the_interactive_topic()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var text = new TextReceived { Id = "x", Text = "Banks are fine", OccurredAt = TrainingBench.Start };
        var at = (await bench.AppendAsync([text], Topics.Interactive))[0];

        await bench.AppendAsync([TrainingBench.Verdict("x", null, "neutral", origin: new(at.Topic, at.Partition, at.Offset))]);

        Assert.Equal("Banks are fine", Assert.Single(await ReadAsync(bench)).Text);
    }

    [Fact]
    public async Task Verdicts_that_nothing_can_be_learned_from_are_set_aside()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var origin = await ProduceAsync(bench, "texts.news", """{"id":"other","text":"Another text"}""");
        await bench.AppendAsync(
        [
            TrainingBench.Verdict("no-text", null, "neutral"),
            TrainingBench.Verdict("no-such-head", "a", "neutral", head: "mood"),
            TrainingBench.Verdict("no-such-label", "b", "furious"),
            TrainingBench.Verdict("another-id", null, "neutral", origin: origin),
            TrainingBench.Verdict("gone", null, "neutral", origin: origin with { Offset = 99 }),
            TrainingBench.Verdict("elsewhere", "c", "neutral") with { Pipeline = "elsewhere" },
            TrainingBench.Verdict("good", "d", "neutral"),
        ]);

        Assert.Equal("d", Assert.Single(await ReadAsync(bench)).Text);
    }

    [Fact]
    public async Task Of_more_verdicts_than_the_maximum_the_newest_count()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
            Enumerable.Range(0, 50).Reverse().Select(static n => TrainingBench.Verdict($"{n}", $"text {n}", "neutral", second: n)));

        Assert.Equal(
            Enumerable.Range(40, 10).Select(static n => $"text {n}"),
            (await ReadAsync(bench, maximum: 10)).Select(static v => v.Text));
    }

    private static Task<IReadOnlyList<Verdict>> ReadAsync(TrainingBench bench, int maximum = 1000) =>
        bench.Archive.ReadAsync("default", Heads, maximum, TrainingBench.Cancellation);

    private static async Task<RecordPosition> ProduceAsync(TrainingBench bench, string topic, string json)
    {
        var at = (await bench.Log
            .AppendAsync([new NewRecord(topic, null, Encoding.UTF8.GetBytes(json), TrainingBench.Start)], TrainingBench.Cancellation))[0];
        return new(at.Topic, at.Partition, at.Offset);
    }
}
