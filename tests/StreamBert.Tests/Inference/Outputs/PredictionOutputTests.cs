using System.Text;
using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Inference.Outputs;

/// <summary>Tests the predictions that the service writes for texts of the log.</summary>
public sealed class PredictionOutputTests
{
    [Fact]
    public async Task A_prediction_contains_the_result_the_origin_and_the_timings()
    {
        await using var bench = new InferenceBench(TestModels.Counting("v7"));
        await bench.CreateTopicsAsync();
        var text = new TextReceived
        {
            Id = "1",
            Text = "three little words",
            Source = "wire",
            Subject = "ACME",
            Language = "en",
            OccurredAt = InferenceBench.EventTime,
            Attributes = new Dictionary<string, string> { ["desk"] = "fx" },
        };
        var position = (await bench.AppendAsync(
            new NewRecord("texts.news", "ACME"u8.ToArray(), Wire.Serialize(text), DateTimeOffset.UnixEpoch)))[0];
        await using var loop = bench.Start();

        var record = Assert.Single(await bench.TakeAsync(Topics.Predictions, 1));
        var found = Wire.Deserialize<TextClassified>(record.Value);

        Assert.Equal(("ACME", InferenceBench.EventTime, "TextClassified"),
            (Encoding.UTF8.GetString(record.Key!), record.Timestamp, EventRecord.Header(record, RecordHeaders.Type)!));
        Assert.Equal(
            ("1", "news", "v7", "3", 3, false),
            (found.Id, found.Pipeline, found.ModelVersion, found.Heads["sentiment"].Label, found.Tokens, found.Truncated));
        Assert.Equal(
            ("ACME", "wire", "three little words", InferenceBench.EventTime),
            (found.Subject, found.Source, found.Text, found.OccurredAt));
        Assert.Equal(position, found.Origin);
        Assert.Equivalent(new Dictionary<string, string> { ["desk"] = "fx", ["language"] = "en" }, found.Attributes, strict: true);
        Assert.Equal([3f], found.Embedding!);
        Assert.Equal(SimHash.Format(SimHash.Of("three little words")), found.Story);
        Assert.Equal(1, found.Timings.BatchSize);
        Assert.True(found.Timings is { WaitMs: > 0, ModelMs: > 0 });
    }

    [Fact]
    public async Task A_text_in_a_language_that_the_model_was_not_trained_on_is_reported()
    {
        var model = TestModels.Counting() with
        {
            FindForeignLanguage = static text => text.StartsWith("Das", StringComparison.Ordinal) ? "de" : null,
        };
        await using var bench = new InferenceBench(model);
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(InferenceBench.Text("1", "Das ist ein Text"), InferenceBench.Text("2", "This is a text"));
        await using var loop = bench.Start();

        var found = await bench.PredictionsAsync(2);

        Assert.Equal(["de", null], found.OrderBy(static prediction => prediction.Id).Select(static one => one.ForeignLanguage));
    }

    [Fact]
    public async Task A_prediction_has_only_the_heads_of_the_pipeline_and_no_text_where_privacy_forbids_it()
    {
        var model = TestModels.Counting();
        var twoHeads = model with
        {
            Classify = texts => [.. model.Classify(texts).Select(static output => output with
            {
                Heads = new Dictionary<string, HeadPrediction>(output.Heads) { ["topic"] = output.Heads["sentiment"] },
            })],
        };
        await using var bench = new InferenceBench(
            twoHeads, [new() { Name = "news", Heads = ["topic"], Privacy = new() { KeepText = false } }]);
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(InferenceBench.Text("1", "a secret"));
        await using var loop = bench.Start();

        var found = Assert.Single(await bench.PredictionsAsync(1));

        Assert.Equal(["topic"], found.Heads.Keys);
        Assert.Null(found.Text);
        Assert.Equal(SimHash.Format(SimHash.Of("a secret")), found.Story);
    }

    [Fact]
    public async Task A_prediction_that_matches_a_route_is_copied_to_its_queue()
    {
        var pipeline = new PipelineOptions
        {
            Name = "news",
            Heads = ["sentiment"],
            Routes = [new() { Queue = "twos", Head = "sentiment", Labels = ["2"] }]
        };
        await using var bench = new InferenceBench(TestModels.Counting(), [pipeline]);
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(InferenceBench.Text("1", "one"), InferenceBench.Text("2", "one two"));
        await using var loop = bench.Start();

        var predictions = await bench.PredictionsAsync(2);
        var routed = Wire.Deserialize<TextClassified>(Assert.Single(await bench.TakeAsync(Topics.Route("twos"), 1)).Value);

        Assert.Equal(("2", "twos"), (routed.Id, Assert.Single(routed.Routes)));
        Assert.Empty(predictions.Single(static p => p.Id == "1").Routes);
    }

    [Fact]
    public async Task A_repeated_text_is_answered_from_the_cache_in_order_until_another_version_serves()
    {
        var computed = 0;
        ServedModel Version(string version) => TestModels.Counting(version, before: texts => Interlocked.Add(ref computed, texts.Count));
        await using var bench = new InferenceBench(Version("v1"));
        await bench.CreateTopicsAsync(partitions: 1);
        await using var loop = bench.Start();
        await bench.AppendAsync(InferenceBench.Text("first", "the very same"));
        await bench.PredictionsAsync(1);

        await bench.AppendAsync(
            InferenceBench.Text("new", "something else entirely"),
            InferenceBench.Text("again", "the very same"),
            InferenceBench.Text("fresh", "not seen before"));
        var found = await bench.PredictionsAsync(4);
        bench.Server.Slot.Swap(Version("v2"));
        await bench.AppendAsync(InferenceBench.Text("after", "the very same"));
        var after = (await bench.PredictionsAsync(5))[^1];

        Assert.Equal(["first", "new", "again", "fresh"], found.Select(static p => p.Id));
        Assert.Equal([false, false, true, false], found.Select(static p => p.Timings.Cached));
        Assert.Equal(
            (0, 0, 3, "3"),
            (found[2].Timings.BatchSize, found[2].Timings.ModelMs, found[2].Tokens, found[2].Heads["sentiment"].Label));
        Assert.Equal(("v2", false), (after.ModelVersion, after.Timings.Cached));
        Assert.Equal(4, computed);
    }
}
