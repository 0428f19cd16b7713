using System.Text;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;
using StreamBert.Streaming.Reading;

namespace StreamBert.Tests.Cli.Replay.Rows;

/// <summary>Replays files of predictions, in the JSON of their owner, into a pipeline that takes predictions.</summary>
public sealed class PredictionRowTests : IAsyncLifetime
{
    private static readonly PipelineOptions Pipeline = new()
    {
        Name = ReplayBench.Pipeline.Name,
        Heads = ["sentiment"],
        Fields = new() { Text = "headline", OccurredAt = "ts", Source = "feed", Subject = "customer" },
        Predictions = new()
        {
            ModelVersion = "model",
            Heads = new Dictionary<string, PredictedHeadMapping> { ["sentiment"] = new() { Scores = "result" } },
        },
    };

    private ReplayBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await ReplayBench.CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_row_is_appended_as_it_is_written_and_the_mapping_reads_its_scores_time_and_source()
    {
        const string Row = """{"id":7,"headline":"Oil slumps","ts":"2026-01-05T09:00:00Z","feed":"wire","model":"m-3",""" +
            "\"result\":{\"down\":0.9,\"up\":0.1}}";

        var figures = await RunAsync(Row + "\n");

        Assert.Equal(1, figures.In);
        var record = Assert.Single(await _bench.ReadRecordsAsync());
        Assert.Equal(Row, Encoding.UTF8.GetString(record.Value!));
        Assert.Equal("a.jsonl:1", Encoding.UTF8.GetString(record.Headers[RecordHeaders.ReplayRow]));
        var parsed = RecordParser.Parse(record, Pipeline, new());
        Assert.Equal(
            ("7", "Oil slumps", "wire", new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero)),
            (parsed.Text!.Id, parsed.Text.Text, parsed.Text.Source, parsed.Text.OccurredAt));
        Assert.Equal(("m-3", "down", 0.9), (parsed.Prediction!.ModelVersion, Head(parsed).Label, Head(parsed).Confidence));
    }

    [Fact]
    public async Task A_row_that_does_not_fit_becomes_a_dead_letter_that_names_its_place_and_field()
    {
        await RunAsync("{\"id\":1,\"result\":{\"up\":0.9}}\n{\"id\":2,\"result\":[1,2]}\n{\"result\":{\"up\":1}}\n{\"id\":4\n");

        var faults = (await _bench.ReadRecordsAsync()).Select(static record => RecordParser.Parse(record, Pipeline, new()).Rejection)
            .OfType<Rejection>().Select(static fault => (fault.Reason, fault.Detail)).Order().ToList();
        Assert.Equal(["bad-field", "missing-field", "not-json"], faults.ConvertAll(static fault => fault.Reason));
        Assert.StartsWith("a.jsonl, row 2: The score of", faults[0].Detail, StringComparison.Ordinal);
        Assert.StartsWith("a.jsonl, row 3: The field 'id' is missing", faults[1].Detail, StringComparison.Ordinal);
        Assert.Contains(_bench.Notices, static notice => notice.StartsWith("3 of 4 rows", StringComparison.Ordinal));
        Assert.Contains(_bench.Notices, static notice => notice.StartsWith("1 predictions have no time in 'ts'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_without_any_prediction_is_refused_before_a_row_is_appended()
    {
        var refused = await Assert.ThrowsAsync<CliException>(() => RunAsync("{\"id\":1,\"headline\":\"Oil\"}\n"));

        Assert.Contains("'result' is missing or null", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await _bench.ReadRecordsAsync());
    }

    [Fact]
    public async Task Personal_data_is_redacted_in_all_fields_but_the_answers_of_the_model()
    {
        var pipeline = Pipeline with { Privacy = new() { Redact = ["card", "email"] } };

        await RunAsync(
            """{"id":1,"headline":"write to a@b.example","note":{"to":["c@d.example"]},"ts":"2026-01-05T09:00:00Z",""" +
            "\"result\":{\"up\":0.4111111111111111,\"down\":0.1}}\n",
            pipeline);

        var record = Assert.Single(await _bench.ReadRecordsAsync());
        Assert.DoesNotContain("example", Encoding.UTF8.GetString(record.Value!), StringComparison.Ordinal);
        Assert.Equal(0.4111111111111111, Head(RecordParser.Parse(record, pipeline, new())).Confidence);
    }

    private static HeadPrediction Head(ParsedRecord parsed) => parsed.Prediction!.Heads["sentiment"];

    private Task<StreamBert.Cli.Replay.Progress.RunFigures> RunAsync(string content, PipelineOptions? pipeline = null) =>
        _bench.RunAsync(_bench.WriteFile("a.jsonl", content), ReplayBench.Request(), pipeline: pipeline ?? Pipeline);
}
