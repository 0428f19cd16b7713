using System.Text.Json.Nodes;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Cli.Commands.Training;

/// <summary>Searches hyper-parameters of a tiny model.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class SearchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public SearchTests()
    {
        TinyModel.Save(_folder["base"], "base-v1");
        File.WriteAllLines(_folder["moods.csv"], ["text,label", .. Enumerable.Range(0, 200).Select(static i =>
            $"the {(i % 2 == 0 ? "good" : "bad")} oil n{i / 100} n{i % 100},{(i % 2 == 0 ? "good" : "bad")}")]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_combination_is_trained_and_the_best_model_is_kept()
    {
        var run = await SearchAsync("--json", "--search", "learning-rate=1e-9,1e-2", "method=full,lora");

        Assert.True(run.ExitCode == 0, run.Error);
        var json = JsonNode.Parse(run.Out)!;
        var search = json["search"]!.AsArray();
        string[] names = ["learning-rate=1e-9,method=full", "learning-rate=1e-9,method=lora", "learning-rate=1e-2,method=full",
            "learning-rate=1e-2,method=lora"];
        Assert.Equal(names, search.Select(static result => (string)result!["name"]!));
        var scores = search.Select(static result => (double)result!["validation"]!["macroF1"]!).ToList();
        Assert.Equal((string)json["best"]!, names[scores.IndexOf(scores.Max())]);
        Assert.True(scores[2] > scores[0] && scores[2] > 0.9, string.Join(' ', scores));
        Assert.Equal(scores.Max(), (double)json["reports"]![0]!["macro"]!["f1"]!, 1e-6);
        Assert.Equal("out", ModelPackage.ReadManifest(_folder["out"]).Version);
        Assert.Equal(["base", "moods.csv", "out"], List());
    }

    [Fact]
    public async Task Options_apply_to_the_methods_that_are_searched()
    {
        var run = await SearchAsync("--json", "--search", "method=lora,adalora", "--rank", "2");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(2, JsonNode.Parse(run.Out)!["search"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_interrupted_search_continues_with_the_run_that_is_missing()
    {
        string[] search = ["--search", "seed=1,2,3", "--learning-rate", "1e-2"];
        var expected = await SearchAsync([.. search, "--json"]);
        var weights = ModelPackage.HashWeights(_folder["out"]);
        Directory.Delete(_folder["out"], recursive: true);
        // What a search that was killed after its first run leaves.
        await SearchAsync("--search", "seed=1", "--learning-rate", "1e-2");
        var results = JsonNode.Parse(expected.Out)!["search"]!.AsArray();
        Directory.Move(_folder["out"], _folder["out.search-1"]);
        File.WriteAllText(_folder["out.search.json"], $"[{results[0]!.ToJsonString()}]");

        var refused = await SearchAsync(search);
        var other = await SearchAsync([.. search, "--epochs", "1", "--resume"]);
        var resumed = await SearchAsync([.. search, "--json", "--resume"]);

        Assert.Contains("continue it with --resume", refused.Error, StringComparison.Ordinal);
        Assert.Contains("the interrupted search were others", other.Error, StringComparison.Ordinal);
        Assert.Contains("run 2 of 3: seed=2", resumed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("run 1 of 3", resumed.Error, StringComparison.Ordinal);
        Assert.Equal((string)JsonNode.Parse(expected.Out)!["best"]!, (string)JsonNode.Parse(resumed.Out)!["best"]!);
        Assert.Equal(["base", "moods.csv", "out"], List());
        Assert.Equal(weights, ModelPackage.HashWeights(_folder["out"]));
    }

    [Theory]
    [InlineData("learning-rate", "give NAME=VALUE,VALUE")]
    [InlineData("rank=4,,8", "give NAME=VALUE,VALUE")]
    [InlineData("rank=4,4", "give NAME=VALUE,VALUE")]
    [InlineData("head=a,b", "cannot vary 'head'; it can vary method, rank,")]
    [InlineData("seed=1,2,3,4,5,6,7,8,9,10,11 epochs=1,2,3,4,5,6,7,8,9,10", "more than 100 combinations")]
    [InlineData("seed=1 seed=2", "has seed twice")]
    [InlineData("rank=0 method=lora", "--rank 0 is out of range")]
    [InlineData("epochs=1,2", "--search epochs=1: ")] // is given outside of the search, too
    public async Task A_grid_that_cannot_be_searched_is_refused(string axes, string message)
    {
        var run = await SearchAsync(["--search", .. axes.Split(' '), "--epochs", "1"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal(["base", "moods.csv"], List());
    }

    private IEnumerable<string?> List() => Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order();

    private Task<CommandRun> SearchAsync(params string[] more) => CommandRun.RunAsync(
    [
        "train", "--data", _folder["moods.csv"], "--out", _folder["out"], "--base", _folder["base"], "--batch-tokens", "256", "--threads",
        "1", .. more.Contains("--epochs") ? [] : (string[])["--epochs", "2"], .. more,
    ]);
}
