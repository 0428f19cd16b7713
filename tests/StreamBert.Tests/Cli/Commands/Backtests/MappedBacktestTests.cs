using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Tests.Model;
using StreamBert.Tests.Monitoring;

namespace StreamBert.Tests.Cli.Commands.Backtests;

/// <summary>Runs <c>backtest</c> on the predictions of a model that is served elsewhere, in the JSON of its owner.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class MappedBacktestTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public MappedBacktestTests() => File.WriteAllText(_folder["own.json"], """
        {
          "Pipelines": [
            {
              "Name": "scored-news", "InputTopics": ["scored-news"], "Heads": ["sentiment"],
              "Fields": { "Text": "headline", "OccurredAt": "ts", "Source": "feed" },
              "Predictions": {
                "ModelVersion": "model", "Heads": { "sentiment": { "Label": "answer.label", "Confidence": "answer.score" } }
              },
              "Monitor": {
                "Window": "00:00:10", "AllowedLateness": "00:00:02",
                "Rules": { "Segments": ["source"], "Labels": [{ "Head": "sentiment", "Label": "negative", "Segments": ["source"] }] }
              }
            },
            { "Name": "other", "Heads": ["sentiment"] }
          ]
        }
        """);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Their_scores_and_sources_are_judged_exactly_as_those_of_the_same_recorded_predictions()
    {
        List<TextClassified> texts = [.. MonitoringHarness.Surge().Select(static text => ToExternal(text.Text))];
        await File.WriteAllLinesAsync(_folder["ext.jsonl"], texts.Select(ToOwnForm), Cancellation);
        await File.WriteAllLinesAsync(_folder["recorded.jsonl"], texts.Select(Wire.ToJson), Cancellation);

        var mapped = await RunAsync("ext.jsonl", "--json", "--html", _folder["mapped.html"]);
        var recorded = await RunAsync("recorded.jsonl", "--json", "--html", _folder["recorded.html"]);

        Assert.True(mapped.ExitCode == 0, mapped.Error);
        Assert.Equal(recorded.Out, mapped.Out);
        Assert.Equal(
            await File.ReadAllTextAsync(_folder["recorded.html"], Cancellation),
            await File.ReadAllTextAsync(_folder["mapped.html"], Cancellation));
        Assert.Contains("source=Macro", mapped.Out, StringComparison.Ordinal); // the surge is one of this feed
    }

    [Fact]
    public async Task Rows_that_do_not_fit_are_reported_with_their_place_and_field()
    {
        List<string> lines = [.. MonitoringHarness.Surge().Select(static text => ToOwnForm(ToExternal(text.Text)))];
        var whole = await WriteAndRunAsync([.. lines]);
        var run = await WriteAndRunAsync(
            ["""{ "id": "a", "ts": "2026-03-02T09:00:03Z" }""", """{ "id": "b", "answer": { "label": "up", "score": 1 } }""", .. lines]);

        Assert.Contains("ext.jsonl, row 1: The field 'answer.label' is missing or null", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 predictions have no time in 'ts'", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 rows are not predictions with a time, and are left out", run.Error, StringComparison.Ordinal);
        Assert.Equal(whole.Out, run.Out);
    }

    [Fact]
    public async Task A_file_that_is_out_of_order_is_sorted_by_the_mapped_time()
    {
        List<string> lines = [.. MonitoringHarness.Surge().Select(static text => ToOwnForm(ToExternal(text.Text)))];
        await File.WriteAllLinesAsync(_folder["ext.jsonl"], Enumerable.Reverse(lines), Cancellation);

        var run = await RunAsync("ext.jsonl", "--json");

        Assert.Contains("in 'ts'", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, JsonDocument.Parse(run.Out).RootElement.GetProperty("tooLate").GetInt64());
    }

    [Theory]
    [InlineData("a.csv", "id,ts\n1,2026-03-02T09:00:03Z\n", "", "Convert the file to JSON Lines")]
    [InlineData("a.jsonl", "{\"id\":\"1\",\"text\":\"Oil\"}\n", "", "No row of")]
    [InlineData("a.jsonl", "{\"id\":\"1\",\"text\":\"Oil\"}\n", "", "'answer.label' is missing or null")]
    [InlineData("a.jsonl", "{\"id\":\"1\",\"text\":\"Oil\"}\n", "--time ts", "--time describes the columns of a file of texts")]
    [InlineData("a.jsonl", "{\"id\":\"1\",\"text\":\"Oil\"}\n", "--text headline", "--text describes the columns")]
    [InlineData("a.jsonl", "{\"id\":\"1\",\"text\":\"Oil\"}\n", "--model .", "--model is about texts that are classified first")]
    public async Task What_cannot_be_is_refused_with_a_sentence_that_says_what_to_do(
        string name, string content, string options, string sentence)
    {
        await File.WriteAllTextAsync(_folder[name], content, Cancellation);

        var run = await RunAsync(name, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    /// <summary>Returns a prediction as one of the external model: its topic is the feed that it comes from.</summary>
    private static TextClassified ToExternal(TextClassified text) => text with
    {
        Pipeline = "scored-news",
        Source = text.Heads["topic"].Label,
        Heads = new Dictionary<string, HeadPrediction> { ["sentiment"] = text.Heads["sentiment"] },
        Attributes = new Dictionary<string, string>(),
        Embedding = null,
        Subject = null,
        Entities = null,
        Tokens = 0,
        UnknownTokens = 0,
        Story = text.Text is { } headline ? SimHash.Format(SimHash.Of(headline)) : null,
    };

    private static string ToOwnForm(TextClassified text) => new JsonObject
    {
        ["id"] = text.Id,
        ["headline"] = text.Text,
        ["ts"] = text.OccurredAt.ToString("O"),
        ["feed"] = text.Source,
        ["model"] = text.ModelVersion,
        ["answer"] = new JsonObject { ["label"] = text.Heads["sentiment"].Label, ["score"] = text.Heads["sentiment"].Confidence },
    }.ToJsonString();

    private async Task<CommandRun> WriteAndRunAsync(IEnumerable<string> lines)
    {
        await File.WriteAllLinesAsync(_folder["ext.jsonl"], lines, Cancellation);
        return await RunAsync("ext.jsonl", "--json");
    }

    private Task<CommandRun> RunAsync(string file, params string[] options) => CommandRun.RunAsync(
        ["backtest", "--input", _folder[file], "--pipeline", "scored-news", "--config", _folder["own.json"], .. options]);
}
