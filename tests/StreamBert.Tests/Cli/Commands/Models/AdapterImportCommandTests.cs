using StreamBert.Model.Packages;
using StreamBert.Tests.Model;
using StreamBert.Tests.Model.Adapters.Peft;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Cli.Commands.Models;

/// <summary>Runs <c>models import --adapter</c> with an adapter as PEFT writes it.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class AdapterImportCommandTests : IDisposable
{
    private const int Rank = 2, Hidden = 8;
    private const string Query = "bert.encoder.layer.0.attention.self.query", Value = "bert.encoder.layer.0.attention.self.value";
    private readonly TempFolder _folder = new();

    public AdapterImportCommandTests()
    {
        PlainCheckpoint.Write(_folder["checkpoint"]);
        using var adapter = new PeftAdapter();
        adapter.AddLora(Query, Rank, Hidden, Hidden);
        adapter.AddLora(Value, Rank, Hidden, Hidden);
        adapter.Add("classifier.weight", PlainCheckpoint.Labels.Length, Hidden);
        adapter.Add("classifier.bias", PlainCheckpoint.Labels.Length);
        adapter.Write(_folder["tickets"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_adapter_and_its_base_become_a_version_that_needs_neither()
    {
        var import = await RunAsync("--labels", "a,b,c", "--head", "queue");

        Assert.Equal((0, ""), (import.ExitCode, import.Error));
        Assert.Contains("\"Model\": \"tickets\", \"Heads\": [\"queue\"]", import.Out, StringComparison.Ordinal);
        Directory.Delete(_folder["checkpoint"], recursive: true);
        Directory.Delete(_folder["tickets"], recursive: true);
        var version = Assert.Single(Directory.EnumerateDirectories(Assert.Single(Directory.EnumerateDirectories(_folder["registry"]))));
        Assert.Equal(["a", "b", "c"], Assert.Single(ModelPackage.ReadManifest(version).Heads).Labels);
        Assert.Equal(0, (await CommandRun.RunAsync("classify", "--model", version, "a text")).ExitCode);
    }

    [Fact]
    public async Task Without_labels_the_heads_are_those_of_the_base()
    {
        Assert.Equal(0, (await RunAsync()).ExitCode);

        var version = Assert.Single(Directory.EnumerateDirectories(Assert.Single(Directory.EnumerateDirectories(_folder["registry"]))));
        Assert.Equal(PlainCheckpoint.Labels, Assert.Single(ModelPackage.ReadManifest(version).Heads).Labels);
    }

    [Theory]
    [InlineData("models import --adapter {0}", "--adapter needs --base")]
    [InlineData("models import {0} --base {0}", "--base needs --adapter DIR")]
    [InlineData("models import --adapter {0} --base nowhere", "no shipped model of this name (--base)")]
    [InlineData("models import --adapter {0} --base {0} --head queue", "give --labels too")]
    [InlineData("models import", "--onnx FILE, or --adapter DIR")]
    public async Task A_command_that_misses_something_is_refused(string command, string message)
    {
        var run = await CommandRun.RunAsync(
            [.. string.Format(null, command, _folder["tickets"]).Split(' '), "--models", _folder["registry"]]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(params string[] more) => CommandRun.RunAsync(
    [
        "models", "import", "--adapter", _folder["tickets"], "--base", _folder["checkpoint"], "--models", _folder["registry"], .. more,
    ]);
}
