using System.Text;
using StreamBert.Contracts;

namespace StreamBert.IntegrationTests.Up;

/// <summary>Replays files into the real <c>up</c>. <c>STREAMBERT_FULL=1</c> kills it ten times instead of twice.</summary>
public sealed class ReplayTests : IDisposable
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 10 : 2;
    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_replayed_once_is_counted_completely_and_the_ledger_is_the_only_output()
    {
        var good = "text\n" + string.Concat(Enumerable.Range(1, 400).Select(static n => $"Oil falls {n} cents\n"));
        var csv = _directory.WriteFile("mixed.csv", [.. Encoding.UTF8.GetBytes(good), 0xC3, 0x28, (byte)'\n']);

        var (code, output, allOutput) = await StreamBertProcess.RunAsync(
            _directory.UpArguments("--replay", csv, "--pipeline", "financial-news", "--once"));

        Assert.True(code == 0, allOutput);
        Assert.Equal("""{"in":401,"out":400,"deadLettered":1,"inFlight":0,"late":0,"tooLate":0,"clockSkew":0}""", output);
        Assert.Equal("not-utf8", Assert.Single(await _directory.ReadEventsAsync<DeadLettered>(Topics.DeadLetter)).Reason);
    }

    [Fact]
    public async Task A_file_of_predictions_of_another_model_is_monitored_without_a_model()
    {
        var settings = _directory.WriteFile("own.json", """
            { "Pipelines": [ { "Name": "scored-news", "InputTopics": ["scored-news"], "Heads": ["sentiment"],
                "Fields": { "Text": "headline", "OccurredAt": "ts", "Source": "feed" },
                "Predictions": { "Heads": { "sentiment": { "Scores": "result" } } } } ] }
            """);
        var file = _directory.WriteFile("ext.jsonl", string.Concat(Enumerable.Range(0, 300).Select(static n => $$$"""
            {"id":"a{{{n}}}","headline":"Oil {{{n}}}","ts":"2026-01-05T09:{{{n / 10:00}}}:00Z","feed":"wire","result":{"down":0.9,"up":0.1}}

            """)) + "{\"id\":\"bad\"}\n");

        var (code, output, allOutput) = await StreamBertProcess.RunAsync(
            _directory.UpArguments("--replay", file, "--pipeline", "scored-news", "--once", "--config", settings));

        Assert.True(code == 0, allOutput);
        Assert.Equal("""{"in":301,"out":300,"deadLettered":1,"inFlight":0,"late":0,"tooLate":0,"clockSkew":0}""", output);
        var predictions = await _directory.ReadEventsAsync<TextClassified>(Topics.Predictions);
        Assert.All(predictions, static prediction => Assert.Equal(
            ("wire", "down", 0.9), (prediction.Source, prediction.Heads["sentiment"].Label, prediction.Heads["sentiment"].Confidence)));
        var letter = Assert.Single(await _directory.ReadEventsAsync<DeadLettered>(Topics.DeadLetter));
        Assert.Contains("row 301: The field 'result' is missing or null", letter.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_kills_every_text_has_exactly_one_prediction()
    {
        const int Rows = 3_000;
        var command = _directory.UpArguments(
            "--replay", _directory.WriteCsv(Rows), "--pipeline", "financial-news", "--model", "small", "--rate", "500", "--once");
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var process = StreamBertProcess.Start(command);
            await process.WaitUntilReadyAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(340 * kill / (Kills - 1)), TestContext.Current.CancellationToken);
            await process.KillAsync();
        }

        var (code, output, allOutput) = await StreamBertProcess.RunAsync(command);

        Assert.True(code == 0, allOutput);
        Assert.Equal($$"""{"in":{{Rows}},"out":{{Rows}},"deadLettered":0,"inFlight":0,"late":0,"tooLate":0,"clockSkew":0}""", output);
        var ids = (await _directory.ReadEventsAsync<TextClassified>(Topics.Predictions))
            .Select(static prediction => prediction.Id).ToList();
        Assert.Equal(Rows, ids.Count);
        Assert.Distinct(ids);
    }

    [Theory]
    [InlineData("--pipeline", "none", "financial-news, support-chat")]
    [InlineData("--text", "none", "text, region")]
    [InlineData("--time", "none", "text, region")]
    public async Task An_unknown_name_is_rejected_with_the_known_names(string option, string value, string exists)
    {
        string[] pipeline = option == "--pipeline" ? [] : ["--pipeline", "financial-news"];

        var (code, _, allOutput) = await StreamBertProcess.RunAsync(
            _directory.UpArguments(["--replay", _directory.WriteCsv(1), option, value, .. pipeline]));

        Assert.Equal(2, code);
        Assert.Contains(exists, allOutput, StringComparison.Ordinal);
    }
}
