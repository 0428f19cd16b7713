using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Tests.Cli.CommandLine;
using StreamBert.Tests.Cli.Hub;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Cli.Commands;

/// <summary>The command as a user gives it: arguments in, exit code and text out.</summary>
[Collection(nameof(ArgumentTests))]
public sealed class ModelsCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ModelsCommandTests() => TinyPackage.Write(_folder["mine"], "v0", "label");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_package_is_checked_imported_and_listed()
    {
        var check = await RanCommand.OfAsync("models", "check", _folder["mine"]);
        var import = await RanCommand.OfAsync("models", "import", _folder["mine"], "--models", _folder["registry"], "--version", "one");
        var list = await RanCommand.OfAsync("models", "list", "--models", _folder["registry"], "--json");

        Assert.Equal((0, 0, 0), (check.Code, import.Code, list.Code));
        Assert.Contains("v0 is valid: BertForSequenceClassification 1×8", check.Out, StringComparison.Ordinal);
        Assert.Contains("\"Model\": \"mine\", \"Heads\": [\"label\"]", import.Out, StringComparison.Ordinal);
        Assert.Contains("does not serve yet", import.Out, StringComparison.Ordinal);
        var listed = Assert.Single(JsonDocument.Parse(list.Out).RootElement.EnumerateArray());
        Assert.Equal(("mine", "one"), (listed.GetProperty("model").GetString(), listed.GetProperty("version").GetString()));
        Assert.Equal(ModelPackage.Sha256(_folder["mine"]), listed.GetProperty("sha256").GetString());
        Assert.InRange(listed.GetProperty("parameters").GetInt64(), 1000, 3000);
    }

    [Fact]
    public async Task A_promoted_import_stands_in_the_log_and_once_only()
    {
        await using (var log = await LogAsync())
            await log.CreateTopicsAsync(TopicPlan.For(new(DefaultPipelines.All), new() { Partitions = 1 }), Cancellation);
        string[] command = ["models", "import", _folder["mine"], "--data", _folder["data"], "--promote"];

        var first = await RanCommand.OfAsync(command);
        var again = await RanCommand.OfAsync(command);

        Assert.Equal((0, 0), (first.Code, again.Code));
        await using var after = await LogAsync();
        var history = await ModelHistory.ReadAsync(after, "mine", Cancellation);
        var served = Assert.Single(history.Served);
        Assert.True(File.Exists(Path.Combine(_folder["data"], "models", served.Directory, "streambert.json")));
    }

    [Fact]
    public async Task A_model_is_imported_and_promoted_into_a_data_directory_that_nothing_ran_on_yet()
    {
        var import = await RanCommand.OfAsync("models", "import", _folder["mine"], "--data", _folder["data"], "--promote");

        Assert.Equal((0, ""), (import.Code, import.Error));
        await using var log = await LogAsync();
        await log.CreateTopicsAsync(TopicPlan.For(new(DefaultPipelines.All), new() { Partitions = 1 }), Cancellation); // what up does next
        Assert.Single((await ModelHistory.ReadAsync(log, "mine", Cancellation)).Served);
    }

    [Fact]
    public async Task While_something_runs_on_the_data_directory_the_version_is_registered_and_the_message_says_how_it_comes_to_serve()
    {
        await using var running = await LogAsync();

        var import = await RanCommand.OfAsync("models", "import", _folder["mine"], "--data", _folder["data"], "--promote");

        Assert.Equal(3, import.Code);
        Assert.Contains("begins with this version by itself", import.Error, StringComparison.Ordinal);
        Assert.Single(new ModelDirectory(Path.Combine(_folder["data"], "models"), _folder["shipped"]).ListVersions());
    }

    [Fact]
    public async Task A_model_of_the_hub_that_cannot_serve_is_refused_with_the_tensor_it_lacks()
    {
        await using var server = await HubServer.StartAsync(_folder["mine"]);

        var import = await RanCommand.OfAsync(
            "models",
            "import",
            "--hub",
            "acme/tiny",
            "--hub-url",
            server.Hub.ToString(),
            "--models",
            _folder["registry"]);

        // Without its streambert.json the tiny package is a plain checkpoint, which has a pooler.
        Assert.Equal(2, import.Code);
        Assert.Contains("tensor 'bert.pooler.dense.weight'", import.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_folder["registry"], ".hub")));
    }

    [Fact]
    public async Task A_published_checkpoint_of_the_hub_is_downloaded_and_imported_and_leaves_no_download()
    {
        await using var server = await HubServer.StartAsync(SharedData.Require(Path.Combine("hf_golden", "bert-uncased-seqcls")));

        var import = await RanCommand.OfAsync(
            "models", "import", "--hub", "acme/tiny", "--hub-url", server.Hub
                .ToString(), "--models", _folder["registry"], "--head", "sentiment");

        Assert.Equal(0, import.Code);
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
    public async Task Bad_input_is_refused_by_name_with_exit_code_2(string arguments, string named)
    {
        Directory.CreateDirectory(_folder["empty"]);
        foreach (var name in (string[])["mine", "none", "empty"])
            arguments = arguments.Replace($"{{{name}}}", _folder[name], StringComparison.Ordinal);

        var (code, _, error) = await RanCommand.OfAsync([.. arguments.Split(' '), "--models", _folder["registry"]]);

        Assert.Equal(2, code);
        Assert.StartsWith("streambert: ", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("vocab.txt", "vocab.txt")]
    [InlineData("model.safetensors", "model.safetensors")]
    [InlineData("config.json", "config.json")]
    public async Task A_package_that_lacks_a_file_is_refused_with_the_files_name(string file, string named)
    {
        File.Delete(Path.Combine(_folder["mine"], file));

        var (code, _, error) = await RanCommand.OfAsync("models", "import", _folder["mine"], "--models", _folder["registry"]);

        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["registry"]));
    }

    public void Dispose() => _folder.Dispose();

    private Task<EmbeddedEventLog> LogAsync() => Task.FromResult(EmbeddedEventLog.Open(
        new() { Directory = Path.Combine(_folder["data"], "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance));
}
