using System.Net.Http.Json;
using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Training;
using StreamBert.Training.Registry;

namespace StreamBert.IntegrationTests.Up;

/// <summary>
/// The program is killed (SIGKILL) while it trains, promotes and swaps models. <c>STREAMBERT_FULL=1</c> kills thirty times instead of
/// three.
/// </summary>
public sealed class KilledTrainingTests(ITestOutputHelper output)
{
    private const string Model = "tiny";
    private const int FeedbackPerRound = 40;
    private static readonly int Kills = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 30 : 3;
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["STREAMBERT_Training__MinimumFeedback"] = "30",
        ["STREAMBERT_Training__FeedbackDebounce"] = "00:00:00",
        ["STREAMBERT_Training__LearningRate"] = "0.003",
        ["STREAMBERT_Training__Epochs"] = "30",
        ["STREAMBERT_Training__RetryDelay"] = "00:00:01",
        ["STREAMBERT_Pipelines__0__Name"] = "news",
        ["STREAMBERT_Pipelines__0__Model"] = Model,
        ["STREAMBERT_Pipelines__0__Heads__0"] = "sentiment",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kills_leave_no_half_promoted_version_and_every_request_is_decided_once()
    {
        using var directory = new DataDirectory();
        foreach (var version in (string[])["tiny-a", "tiny-b"])
            TinyModel.Save(Path.Combine(directory.DataPath, "models", Model, version), version);
        var random = new Random(1);
        for (var round = 0; round < Kills; round++)
        {
            await using var victim = StreamBertProcess.Start(Settings, directory.UpArguments("--no-simulator"));
            await TeachAsync(await victim.WaitUntilReadyAsync(), round, mayFail: true);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 2000)), Cancellation);
            await victim.KillAsync();
        }
        var serving = await FinishAsync(directory);

        await AssertConsistentAsync(directory, serving);
    }

    /// <summary>Runs undisturbed until all requests are decided and no run is due.</summary>
    /// <returns>The version that answers.</returns>
    private static async Task<string> FinishAsync(DataDirectory directory)
    {
        await using var process = StreamBertProcess.Start(Settings, directory.UpArguments("--no-simulator"));
        var address = await process.WaitUntilReadyAsync();
        await TeachAsync(address, Kills, mayFail: false);
        using var client = new HttpClient { BaseAddress = address };
        await (await client.PostAsync($"v1/models/{Model}/trainings", null, Cancellation)).Content.ReadAsStringAsync(Cancellation);
        var answer = await client.PostAsJsonAsync("v1/classify", new { text = "good report today" }, Cancellation);
        var version = (await answer.Content.ReadFromJsonAsync<TextClassified>(Wire.Options, Cancellation))!.ModelVersion;
        await process.TerminateAsync();
        await process.WaitForExitAsync();
        return version;
    }

    /// <summary>Gives feedback, which starts a run, and promotes one of two versions meanwhile.</summary>
    private static async Task TeachAsync(Uri address, int round, bool mayFail)
    {
        using var client = new HttpClient { BaseAddress = address };
        var feedback = Enumerable.Range(0, FeedbackPerRound).Select(n => new
        {
            id = $"r{round}-{n}",
            pipeline = "news",
            head = "sentiment",
            label = TinyModel.Sentiments[n % 3],
            text = $"{(n % 3) switch { 0 => "bad", 1 => "plain", _ => "good" }} report n{n} n{round}",
        });
        (await client.PostAsJsonAsync("v1/feedback", feedback, Cancellation)).EnsureSuccessStatusCode();
        var promotion = client.PostAsJsonAsync(
            $"v1/models/{Model}/promotions", new { version = round % 2 == 0 ? "tiny-b" : "tiny-a" }, Cancellation);
        if (!mayFail)
            await promotion;
        else
            await Task.WhenAny(promotion, Task.Delay(TimeSpan.FromMilliseconds(300), Cancellation));
    }

    private async Task AssertConsistentAsync(DataDirectory directory, string serving)
    {
        var records = await directory.ReadRecordsAsync(Topics.Models);
        var events = records.Select(static record => ModelHistory.ReadEvent(record)).OfType<object>().ToList();
        var history = ModelHistory.Of([.. events.Where(static read => ModelHistory.ModelOf(read) == Model)]);
        var requests = (await directory.ReadRecordsAsync(Topics.Feedback)).Where(EventRecord.Is<PromotionRequested>)
            .Select(static record => record.Position).ToList();
        output.WriteLine($"{Kills} kills: {requests.Count} requests, {history.Trained.Count} candidates, {history.Served.Count} swaps");

        Assert.All(history.Served, served => ModelPackage.Verify(Path.Combine(directory.DataPath, "models", served.Directory)));
        Assert.All(requests, request => Assert.Contains(request, history.DecidedRequests.Keys));
        Assert.Equal(requests.Count, events.Count(static read => read is ModelPromoted { Request: not null } or ModelRequestRefused));
        Assert.All(
            events.OfType<ModelPromoted>().Where(static promoted => promoted.By == "training"),
            promoted => Assert.Null(Assert.Single(history.Trained, trained => trained.Version == promoted.Version).NotPromoted));
        Assert.Contains(serving, history.Served.Select(static served => served.Version));
        Assert.Equal(0, (await StreamBertProcess.RunAsync("verify", "--data", directory.DataPath)).Code);
    }
}
