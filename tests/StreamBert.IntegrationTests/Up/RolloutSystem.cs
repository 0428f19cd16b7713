using System.Net.Http.Json;
using System.Text.Json.Nodes;
using StreamBert.Chaos.Processes;
using StreamBert.Contracts;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Packages;
using StreamBert.Streaming.State.Queries;
using StreamBert.Training.Registry;

namespace StreamBert.IntegrationTests.Up;

/// <summary>Runs <c>up</c> with a tiny model that learns within seconds, and knows every text that was acknowledged.</summary>
internal sealed class RolloutSystem : IDisposable
{
    private static readonly string[] Words = ["good", "bad", "plain", "oil", "bank", "prices", "today", "report", "shares", "the"];
    private static readonly string[] Labels = ["negative", "neutral", "positive"];
    private readonly DataDirectory _directory = new();
    private readonly List<string> _acknowledged = [];
    private int _sent;
    private int _given;

    public RolloutSystem()
    {
        RandomModel.Write(new(2, 64), Path.Combine(Path.GetDirectoryName(BuiltProgram.StreamBert)!, "models", "small"), Base);
        ModelPackage.Copy(Base, Path.Combine(Shipped, "default"), "default-v1");
    }

    public DataDirectory Directory => _directory;

    /// <summary>The settings of the processes.</summary>
    public Dictionary<string, string> Settings => field ??= new()
    {
        ["STREAMBERT_Models__Packages"] = Shipped,
        ["STREAMBERT_Pipelines__0__Name"] = "news",
        ["STREAMBERT_Pipelines__0__Heads__0"] = "sentiment",
        ["STREAMBERT_Training__Epochs"] = "60",
        ["STREAMBERT_Training__LearningRate"] = "0.003",
        ["STREAMBERT_Training__FeedbackDebounce"] = "00:00:00.2",
        ["STREAMBERT_Training__Rollout__Start"] = RolloutStages.Canary,
        ["STREAMBERT_Training__Rollout__CanaryShare"] = "0.5",
        ["STREAMBERT_Training__Rollout__CanaryDuration"] = "00:00:01",
        ["STREAMBERT_Training__Rollout__MinimumTexts"] = "50",
    };

    private string Base => Path.Combine(_directory.Path, "base");

    private string Shipped => Path.Combine(_directory.Path, "shipped");

    private string Models => Path.Combine(_directory.DataPath, "models");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public StreamBertProcess Start() => StreamBertProcess.Start(Settings, _directory.UpArguments("--no-simulator"));

    /// <summary>Adds a version to the registry that answers as the shipped one does.</summary>
    public string SaveVersion(string version)
    {
        var package = Path.Combine(Models, "default", version);
        ModelPackage.Copy(Base, package, version);
        return package;
    }

    /// <summary>Adds a version that gives each label under the name of the next one.</summary>
    public void SavePermuted(string version)
    {
        var package = SaveVersion(version);
        var path = Path.Combine(package, "streambert.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["heads"]![0]!["labels"] = new JsonArray(Labels[1], Labels[2], Labels[0]);
        File.WriteAllText(path, manifest.ToJsonString());
        File.Delete(Path.Combine(package, "SHA256SUMS"));
    }

    /// <summary>Sends texts, each of a conversation of its own, and remembers those that are acknowledged.</summary>
    public async Task SendTextsAsync(HttpClient http, int count)
    {
        var random = new Random(_sent);
        var texts = Enumerable.Range(_sent, count).Select(n => new
        {
            id = $"t{n}",
            pipeline = "news",
            text = string.Join(' ', Enumerable.Range(0, 6).Select(_ => Words[random.Next(Words.Length)])),
        }).ToList();
        _sent += count;
        using var answer = await http.PostAsJsonAsync("v1/texts", texts, Cancellation);
        answer.EnsureSuccessStatusCode();
        _acknowledged.AddRange(texts.Select(static text => text.id));
    }

    /// <summary>Gives feedback that the model can learn: one word determines the label.</summary>
    public async Task GiveFeedbackAsync(HttpClient http, int count)
    {
        string[] words = ["bad", "plain", "good"];
        var feedback = Enumerable.Range(_given, count).Select(n => new
        {
            id = $"f{n}",
            pipeline = "news",
            head = "sentiment",
            label = Labels[n % 3],
            text = $"{words[n % 3]} report of bank number {n}",
        });
        _given += count;
        using var answer = await http.PostAsJsonAsync("v1/feedback", feedback, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Begins a canary; its answer is not awaited, as the process may be killed meanwhile.</summary>
    public static async Task RequestCanaryAsync(HttpClient http, string version)
    {
        using var answer = await http.PostAsJsonAsync(
            "v1/models/default/promotions", new { version, stage = RolloutStages.Canary }, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public static async Task<IReadOnlyList<ModelVersionView>> ReadVersionsAsync(HttpClient http)
    {
        var list = await http.GetFromJsonAsync<JsonObject>("v1/models", Cancellation);
        return System.Text.Json.JsonSerializer.Deserialize<List<ModelVersionView>>(
            list!["models"]!, System.Text.Json.JsonSerializerOptions.Web)!;
    }

    public static async Task<long> CountInFlightAsync(HttpClient http) =>
        (long)(await http.GetFromJsonAsync<JsonObject>("v1/status", Cancellation))!["ledger"]!["total"]!["inFlight"]!;

    /// <summary>Asserts that the version that serves by the log is a complete package with the checksums of its promotion.</summary>
    public async Task AssertServingIsCompleteAsync()
    {
        await using var log = _directory.OpenLog();
        var history = await ModelHistory.ReadAsync(log, "default", Cancellation);
        var serving = new ModelDirectory(Models, Shipped).FindServing("default", history)!;
        var package = Path.Combine(Models, serving.Directory);
        ModelPackage.Verify(package);
        Assert.Equal(serving.Version, ModelPackage.ReadManifest(package).Version);
        var events = await log.ReadToEndAsync(Topics.Models, null, Cancellation)
            .Select(static record => ModelHistory.ReadEvent(record)).OfType<object>().ToListAsync(Cancellation);
        foreach (var (at, read) in events.Index())
        {
            if (read is RolloutChanged { Stage: RolloutStages.Promoted } ended) // its promotion is in the same step
                Assert.Contains(events.Skip(at).Take(3), next => next is ModelPromoted promoted && promoted.Version == ended.Version);
            if (read is ModelPromoted { Version: var version, Sha256: var hash })
                Assert.Equal(hash, ModelPackage.HashWeights(Path.Combine(Models, ModelDirectory.NameOf("default", version))));
        }
    }

    /// <summary>Asserts that each acknowledged text has exactly one outcome, and that <c>verify</c> finds nothing.</summary>
    public async Task AssertLedgerIsExactAsync()
    {
        var verified = await StreamBertProcess.RunAsync(Settings, "verify", "--data", _directory.DataPath);
        Assert.True(verified.Code == 0, verified.AllOutput);
        var outcomes = (await _directory.ReadEventsAsync<TextClassified>(Topics.Predictions)).CountBy(static text => text.Id)
            .ToDictionary();
        Assert.All(_acknowledged, id => Assert.Equal((id, 1), (id, outcomes.GetValueOrDefault(id))));
    }

    public void Dispose() => _directory.Dispose();
}
