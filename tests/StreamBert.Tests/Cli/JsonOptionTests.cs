using System.CommandLine;
using System.Text.Json;
using StreamBert.Cli;
using StreamBert.Tests.Model;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Cli;

/// <summary>Tests that commands print their result as JSON.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class JsonOptionTests : IDisposable
{
    /// <summary>The commands without <c>--json</c>, and why.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["up"] = "it runs until it is stopped",
        ["classify"] = "its output is one line of JSON for each text",
        ["tokenize"] = "its output is one line of JSON for each text",
        ["config schema"] = "its output is JSON",
        ["rules schema"] = "its output is JSON",
        ["completion bash"] = "its output is a script",
        ["completion zsh"] = "its output is a script",
        ["completion pwsh"] = "its output is a script",
        ["completion suggest"] = "its output is read by those scripts",
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_command_has_the_option_unless_its_output_is_none_or_JSON_or_a_script()
    {
        var without = ListLeaves(StreamBertCommand.Create(), "").Where(static leaf =>
            !leaf.Command.Options.Any(static option => option.Name == "--json")).Select(static leaf => leaf.Path);

        Assert.Equal(Exceptions.Keys.Order(StringComparer.Ordinal), without.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Keys_new_prints_the_key_and_its_entry()
    {
        var json = await RunAsync("keys", "new", "--name", "ada", "--roles", "read,ingest");

        Assert.StartsWith("sb_", json.GetProperty("key").GetString(), StringComparison.Ordinal);
        var entry = json.GetProperty("entry");
        Assert.Equal("ada", entry.GetProperty("name").GetString());
        Assert.Equal(["read", "ingest"], entry.GetProperty("roles").EnumerateArray().Select(static role => role.GetString()));
    }

    [Fact]
    public async Task Models_check_and_export_describe_the_package()
    {
        TinyModel.Save(_folder["tiny"], "tiny-v1");

        var checkedPackage = await RunAsync("models", "check", _folder["tiny"]);
        var imported = await RunAsync("models", "import", _folder["tiny"], "--models", _folder["registry"]);
        var exported = await RunAsync(
            "models", "export", "tiny", imported.GetProperty("version").GetString()!, _folder["out"], "--models", _folder["registry"]);

        Assert.Equal("tiny-v1", checkedPackage.GetProperty("version").GetString());
        Assert.Equal(["sentiment", "topic"], checkedPackage.GetProperty("heads").EnumerateArray().Select(static head =>
            head.GetProperty("name").GetString()));
        Assert.Equal(("tiny", true, false), (
            imported.GetProperty("model").GetString(), imported.GetProperty("isNew").GetBoolean(),
            imported.GetProperty("isPromoted").GetBoolean()));
        Assert.Equal(Path.GetFullPath(_folder["out"]), exported.GetProperty("directory").GetString());
    }

    [Fact]
    public async Task Backup_and_restore_summarize_what_they_wrote()
    {
        await CreateLogAsync();

        var backup = await RunAsync("backup", _folder["data"], _folder["backup"]);
        var restored = await RunAsync("restore", _folder["backup"], _folder["again"]);

        Assert.Equal((0, _folder["backup"]), (
            backup.GetProperty("damagedRecords").GetInt64(), backup.GetProperty("directory").GetString()));
        Assert.True(backup.GetProperty("files").GetInt32() > 0);
        Assert.Equal(backup.GetProperty("records").GetInt64(), restored.GetProperty("records").GetInt64());
    }

    [Fact]
    public async Task Dead_letter_actions_and_models_gc_print_their_counts()
    {
        await CreateLogAsync();

        var discarded = await RunAsync("dead-letters", "discard", "--all", "--data", _folder["data"]);
        var removed = await RunAsync("models", "gc", "--data", _folder["data"], "--dry-run");

        Assert.Equal(0, discarded.GetProperty("done").GetInt64());
        Assert.Equal((true, 0), (removed.GetProperty("isDryRun").GetBoolean(), removed.GetProperty("removed").GetArrayLength()));
    }

    [Fact]
    public async Task Simulate_lists_scenarios_and_describes_what_it_wrote()
    {
        var scenarios = await RunAsync("simulate", "--list");

        var first = scenarios[0].GetProperty("name").GetString()!;
        var written = await RunAsync("simulate", "--scenario", first, "--weeks", "0.1", "--out", _folder["predictions.jsonl"]);

        Assert.True(written.GetProperty("predictions").GetInt64() > 0);
        Assert.True(written.GetProperty("from").GetDateTimeOffset() < written.GetProperty("to").GetDateTimeOffset());
    }

    [Fact]
    public async Task Rules_check_prints_the_pipelines_and_the_warnings()
    {
        File.WriteAllText(_folder["rules.json"], """{"pipelines": {"financial-news": {"labels": []}}}""");

        var json = await RunAsync("rules", "check", _folder["rules.json"]);

        Assert.Equal(["financial-news"], json.GetProperty("pipelines").EnumerateArray().Select(static name => name.GetString()));
        Assert.Equal(JsonValueKind.Array, json.GetProperty("warnings").ValueKind);
    }

    private static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var run = await CommandRun.RunAsync([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Out).RootElement; // fails if there is anything else
    }

    private async Task CreateLogAsync()
    {
        TinyModel.Save(_folder["first"], "first-v1");
        await RunAsync("models", "import", _folder["first"], "--data", _folder["data"], "--promote");
    }

    private static IEnumerable<(string Path, Command Command)> ListLeaves(Command command, string path) =>
        command.Subcommands.Count == 0 || command.Action is not null && command is not RootCommand
            ? [(path, command), .. Descend(command, path)]
            : Descend(command, path);

    private static IEnumerable<(string Path, Command Command)> Descend(Command command, string path) =>
        command.Subcommands.SelectMany(sub => ListLeaves(sub, $"{path} {sub.Name}".TrimStart()));
}
