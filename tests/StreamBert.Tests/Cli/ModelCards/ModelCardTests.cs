using System.Text.Json;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Files;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Cli.ModelCards;

/// <summary>Makes the cards of tiny models through the command line.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class ModelCardTests : IDisposable
{
    private static readonly string[] Teams = ["red", "blue"];
    private readonly TempFolder _folder = new();

    public ModelCardTests()
    {
        TinyModel.Save(_folder["base"], "base-v1");
        WriteTexts("moods.csv", "good", "bad");
        WriteTexts("sentiment.csv", "positive", "negative");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Training_makes_a_card_with_data_options_and_evaluations()
    {
        await RunAsync("train", "--data", _folder["moods.csv"], "--head", "mood", "--test", _folder["moods.csv"], "--base", _folder["base"],
            "--out", _folder["model"], "--epochs", "2", "--learning-rate", "0.01", "--threads", "1");

        var card = ReadCard("model");
        var hash = FileChecksum.Compute(_folder["moods.csv"]);
        Assert.Equal(("model", "base-v1", "texts"), (card.Version, card.Parent, card.Training!.Task));
        Assert.Equal([("train", 200L, hash), ("test", 200L, hash)], card.Training.Files.Select(static f => (f.Use, f.Rows, f.Sha256)));
        Assert.Equal(2, card.Training.Options["epochs"]!.GetValue<int>());
        Assert.Equal(["validation part of moods.csv", "moods.csv"], card.Evaluations.Select(static one => one.Report.Data));
        Assert.All(card.Evaluations, static one =>
            Assert.Equal(one.Report.Count, one.Details!.Confusion!.Counts.Sum(static row => row.Sum())));
        Assert.Contains("<svg", await ReadAsync("model", "card.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saved_evaluations_are_added_or_replaced_and_the_checksums_of_the_package_still_hold()
    {
        var evaluate = await EvaluateAsync();
        var first = ReadCard("base");
        await EvaluateAsync("--group", "team", "--opacity", "--members", _folder["sentiment.csv"], "--weights", "1,2,4");
        var second = ReadCard("base");

        Assert.Contains("confusion matrix", evaluate.Out, StringComparison.Ordinal);
        Assert.Null(Assert.Single(first.Evaluations).Details!.Responsibility);
        var details = Assert.Single(second.Evaluations).Details!;
        Assert.Equal(4, details.Responsibility!.Weights.Gamma);
        Assert.NotNull(details.Responsibility.F);
        Assert.Equal(["blue", "red"], Assert.Single(details.Groups).Values.Select(static value => value.Value).Order());
        Assert.Equal(FileChecksum.Compute(_folder["sentiment.csv"]), details.DataSha256);
        ModelPackage.Verify(_folder["base"]);
    }

    /// <summary>What is stored is what --json prints, and reading and writing it again changes nothing.</summary>
    [Fact]
    public async Task An_evaluation_is_stored_as_json_prints_it()
    {
        var printed = (await EvaluateAsync("--json", "--slice", "team", "--latency")).Out.Trim();

        var record = JsonSerializer.Deserialize<EvaluationRecord>(printed, JsonSerializerOptions.Web)!;

        Assert.Equal(printed, JsonSerializer.Serialize(record, JsonSerializerOptions.Web));
        Assert.Equal(200, record.Report.Count);
        Assert.NotNull(record.Details!.Latency);
    }

    [Fact]
    public async Task An_imported_version_keeps_the_evaluations_and_states_its_own_name()
    {
        await EvaluateAsync();
        await RunAsync("models", "import", _folder["base"], "--name", "moods", "--version", "moods-7", "--models", _folder["registry"]);

        var card = ReadCard(Path.Combine("registry", "moods", "moods-7"));
        Assert.Equal("moods-7", card.Version);
        Assert.NotNull(Assert.Single(card.Evaluations).Details);
    }

    [Fact]
    public async Task A_card_is_made_on_demand_also_without_evaluations()
    {
        var json = await RunAsync("models", "card", "--model", _folder["base"], "--json", "--license", "MIT");
        var html = await RunAsync("models", "card", "--model", _folder["base"], "--out", _folder["out.html"]);

        Assert.Equal("MIT", JsonDocument.Parse(json.Out).RootElement.GetProperty("license").GetString());
        Assert.StartsWith("Wrote", html.Out, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(_folder["out.html"], TestContext.Current.CancellationToken);
        Assert.Contains("The licence of the weights is not stated", page, StringComparison.Ordinal);
        Assert.Contains("has not been evaluated", page, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder["base"], "card.json")));
    }

    private ModelCard ReadCard(string model) =>
        JsonSerializer.Deserialize<ModelCard>(File.ReadAllText(Path.Combine(_folder[model], "card.json")), JsonSerializerOptions.Web)!;

    private Task<string> ReadAsync(string model, string file) =>
        File.ReadAllTextAsync(Path.Combine(_folder[model], file), TestContext.Current.CancellationToken);

    private void WriteTexts(string file, params string[] labels) => File.WriteAllText(
        _folder[file],
        "text,label,team\n" + string.Concat(Enumerable.Range(0, 200).Select(i =>
            $"{(i % 2 == 0 ? "good" : "bad")} n{i % 100},{labels[i % 2]},{Teams[i / 2 % 2]}\n")));

    private Task<CommandRun> EvaluateAsync(params string[] options) => RunAsync(
        ["evaluate", "--model", _folder["base"], "--data", _folder["sentiment.csv"], "--head", "sentiment", "--save", .. options]);

    private static async Task<CommandRun> RunAsync(params string[] arguments)
    {
        var run = await CommandRun.RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
