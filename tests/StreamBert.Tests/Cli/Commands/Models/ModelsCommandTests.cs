using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Tests.Cli.Hub;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Cli.Commands.Models;

/// <summary>Runs the command like a user: arguments in, exit code and text out.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class ModelsCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ModelsCommandTests() => TinyPackage.Write(_folder["mine"], "v0", "label");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_package_is_checked_imported_and_listed()
    {
        var check = await CommandRun.RunAsync("models", "check", _folder["mine"]);
        var import = await CommandRun.RunAsync("models", "import", _folder["mine"], "--models", _folder["registry"], "--version", "one");
        var list = await CommandRun.RunAsync("models", "list", "--models", _folder["registry"], "--json");

        Assert.Equal((0, 0, 0), (check.ExitCode, import.ExitCode, list.ExitCode));
        Assert.Contains("v0 is valid: BertForSequenceClassification 1×8", check.Out, StringComparison.Ordinal);
        Assert.Contains("\"Model\": \"mine\", \"Heads\": [\"label\"]", import.Out, StringComparison.Ordinal);
        Assert.Contains("does not serve yet", import.Out, StringComparison.Ordinal);
        var listed = Assert.Single(JsonDocument.Parse(list.Out).RootElement.EnumerateArray());
        Assert.Equal(("mine", "one"), (listed.GetProperty("model").GetString(), listed.GetProperty("version").GetString()));
        Assert.Equal(ModelPackage.HashWeights(_folder["mine"]), listed.GetProperty("sha256").GetString());
        Assert.InRange(listed.GetProperty("parameters").GetInt64(), 1000, 3000);
    }

    [Fact]
    public async Task A_package_is_profiled_on_texts_and_the_imported_version_keeps_the_profile()
    {
        await File.WriteAllLinesAsync(_folder["texts.txt"], ["rates rise", "profit falls", "?!"], Cancellation);

        var measured = await CommandRun.RunAsync("models", "profile", "--model", _folder["mine"], "--input", _folder["texts.txt"]);
        var import = await CommandRun.RunAsync("models", "import", _folder["mine"], "--models", _folder["registry"], "--version", "one");
        var refused = await CommandRun.RunAsync(
            "models", "profile", "--model", _folder["mine"], "--input", _folder["texts.txt"], "--head", "topic");

        Assert.Equal((0, 0), (measured.ExitCode, import.ExitCode));
        Assert.Contains("Measured on 3 texts of texts.txt", measured.Out, StringComparison.Ordinal);
        Assert.NotEqual(0, refused.ExitCode);
        var profile = ModelPackage.ReadProfile(Path.Combine(_folder["registry"], "mine", "one"))!;
        Assert.Equal((3, "texts.txt", 3), (profile.Texts, profile.MeasuredOn, profile.Embeddings.Count));
        Assert.Equal(3, profile.Heads["label"].Labels.Values.Sum());
        Assert.Equal(3, profile.Heads["label"].Confidences.Sum());
        Assert.InRange(profile.UnknownTokens, 2, profile.Tokens - 1); // the vocabulary has letters only
    }

    [Fact]
    public async Task An_imported_package_is_profiled_with_the_texts_of_an_option()
    {
        await File.WriteAllLinesAsync(_folder["texts.txt"], ["rates rise", "profit falls"], Cancellation);

        var import = await CommandRun.RunAsync(
            "models", "import", _folder["mine"], "--models", _folder["registry"], "--version", "one", "--profile", _folder["texts.txt"]);

        Assert.Equal(0, import.ExitCode);
        Assert.Equal(2, ModelPackage.ReadProfile(Path.Combine(_folder["registry"], "mine", "one"))!.Texts);
        Assert.Null(ModelPackage.ReadProfile(_folder["mine"]));
        ModelPackage.Verify(Path.Combine(_folder["registry"], "mine", "one"));
    }

    [Fact]
    public async Task Enough_texts_give_an_imported_package_a_distribution_and_a_repeated_import_is_recognized()
    {
        await File.WriteAllLinesAsync(
            _folder["texts.txt"], Enumerable.Range(0, 400).Select(static i => $"rates rise {i} and profit falls"), Cancellation);
        string[] command = ["models", "import", _folder["mine"], "--models", _folder["registry"], "--version", "one", "--profile",
            _folder["texts.txt"]];

        var first = await CommandRun.RunAsync(command);
        var again = await CommandRun.RunAsync(command);

        Assert.True((first.ExitCode, again.ExitCode) == (0, 0), first.Error + again.Error);
        Assert.True(File.Exists(Path.Combine(_folder["registry"], "mine", "one", "distribution.safetensors")));
        ModelPackage.Verify(Path.Combine(_folder["registry"], "mine", "one"));
    }

    [Fact]
    public async Task A_repeated_promotion_of_the_same_version_is_appended_once()
    {
        await using (var log = await LogAsync())
            await log.CreateTopicsAsync(TopicPlan.For(new(DefaultPipelines.All), new() { Partitions = 1 }), Cancellation);
        string[] command = ["models", "import", _folder["mine"], "--data", _folder["data"], "--promote"];

        var first = await CommandRun.RunAsync(command);
        var again = await CommandRun.RunAsync(command);

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        await using var after = await LogAsync();
        var history = await ModelHistory.ReadAsync(after, "mine", Cancellation);
        var served = Assert.Single(history.Served);
        Assert.True(File.Exists(Path.Combine(_folder["data"], "models", served.Directory, "streambert.json")));
    }

    [Fact]
    public async Task A_model_is_imported_and_promoted_in_a_new_data_directory()
    {
        var import = await CommandRun.RunAsync("models", "import", _folder["mine"], "--data", _folder["data"], "--promote");

        Assert.Equal((0, ""), (import.ExitCode, import.Error));
        await using var log = await LogAsync();
        await log.CreateTopicsAsync(TopicPlan.For(new(DefaultPipelines.All), new() { Partitions = 1 }), Cancellation); // as up does next
        Assert.Single((await ModelHistory.ReadAsync(log, "mine", Cancellation)).Served);
    }

    [Fact]
    public async Task If_the_data_directory_is_in_use_the_version_is_registered_but_not_promoted()
    {
        await using var running = await LogAsync();

        var import = await CommandRun.RunAsync("models", "import", _folder["mine"], "--data", _folder["data"], "--promote");

        Assert.Equal(3, import.ExitCode);
        Assert.Contains("starts to serve this version automatically", import.Error, StringComparison.Ordinal);
        Assert.Single(new ModelDirectory(Path.Combine(_folder["data"], "models"), _folder["shipped"]).ListVersions());
    }

    [Fact]
    public async Task A_model_of_the_hub_that_cannot_serve_is_refused_with_the_name_of_the_missing_tensor()
    {
        await using var server = await HubServer.StartAsync(_folder["mine"]);

        var import = await CommandRun.RunAsync(
            "models",
            "import",
            "--hub",
            "acme/tiny",
            "--hub-url",
            server.Hub.ToString(),
            "--models",
            _folder["registry"]);

        // Without its streambert.json the tiny package is a plain checkpoint, which has a pooler.
        Assert.Equal(2, import.ExitCode);
        Assert.Contains("tensor 'bert.pooler.dense.weight'", import.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_folder["registry"], ".hub")));
    }

    [Fact]
    public async Task An_imported_checkpoint_of_the_hub_leaves_no_download()
    {
        await using var server = await HubServer.StartAsync(SharedData.Require(Path.Combine("hf_golden", "bert-uncased-seqcls")));

        var import = await CommandRun.RunAsync(
            "models", "import", "--hub", "acme/tiny", "--hub-url", server.Hub
                .ToString(), "--models", _folder["registry"], "--head", "sentiment");

        Assert.Equal(0, import.ExitCode);
        Assert.Contains("\"Model\": \"tiny\", \"Heads\": [\"sentiment\"]", import.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_folder["registry"], ".hub")));
    }

    [Theory]
    [InlineData("models import", "--hub ORG/NAME")]
    [InlineData("models import {mine} --hub a/b", "--hub ORG/NAME")]
    [InlineData("models import {mine} --promote", "--data DIR")]
    [InlineData("models import {mine} --name a/b", "--name")]
    [InlineData("models import {none}", "there is no such directory")]
    [InlineData("models import --hub nonsense", "'nonsense' (--hub)")]
    [InlineData("models import --hub a/b --hub-url nowhere", "--hub-url")]
    [InlineData("models import --hub a/b --max-size 0", "--max-size 0")]
    [InlineData("models check {none}", "there is no such directory")]
    [InlineData("models check {empty}", "config.json")]
    public async Task Invalid_input_is_refused_with_its_name_and_exit_code_2(string arguments, string named)
    {
        Directory.CreateDirectory(_folder["empty"]);
        foreach (var name in (string[])["mine", "none", "empty"])
            arguments = arguments.Replace($"{{{name}}}", _folder[name], StringComparison.Ordinal);

        var (code, _, error) = await CommandRun.RunAsync([.. arguments.Split(' '), "--models", _folder["registry"]]);

        Assert.Equal(2, code);
        Assert.StartsWith("streambert: ", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("vocab.txt", "vocab.txt")]
    [InlineData("model.safetensors", "model.safetensors")]
    [InlineData("config.json", "config.json")]
    public async Task A_package_with_a_missing_file_is_refused_with_the_name_of_the_file(string file, string named)
    {
        File.Delete(Path.Combine(_folder["mine"], file));

        var (code, _, error) = await CommandRun.RunAsync("models", "import", _folder["mine"], "--models", _folder["registry"]);

        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["registry"]));
    }

    public void Dispose() => _folder.Dispose();

    private Task<EmbeddedEventLog> LogAsync() => Task.FromResult(EmbeddedEventLog.Open(
        new() { Directory = Path.Combine(_folder["data"], "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance));
}
