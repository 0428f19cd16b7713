using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Cli;
using StreamBert.Cli.Access;
using StreamBert.Cli.Settings;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Access;

/// <summary>Commands read the same settings as the services: files, then the environment.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class LogAccessTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public LogAccessTests() => File.WriteAllText(_folder["own.json"], CustomPipeline.Settings);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Verify_reads_the_pipelines_from_a_settings_file()
    {
        await FillAsync(texts: 7);

        var own = await CommandRun.RunAsync("verify", "--data", _folder["data"], "--config", _folder["own.json"], "--json");
        var others = await CommandRun.RunAsync("verify", "--data", _folder["data"], "--json");

        Assert.Equal(
            (0, true, 7),
            (own.ExitCode, Report(own).GetProperty("passed").GetBoolean(), Report(own).GetProperty("checked").GetInt32()));
        Assert.Equal(
            (1, false, 0),
            (others.ExitCode, Report(others).GetProperty("passed").GetBoolean(), Report(others).GetProperty("checked").GetInt32()));
        Assert.Contains(
            "no topic texts.financial-news, texts.support-chat",
            Report(others).GetProperty("inconclusive").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_from_the_data_directory_too_and_the_environment_overrides_them()
    {
        await FillAsync(texts: 3);
        File.Copy(_folder["own.json"], Path.Combine(_folder["data"], "appsettings.json"));

        var own = await CommandRun.RunAsync("verify", "--data", _folder["data"]);
        using var topic = Variable("STREAMBERT_Pipelines__0__InputTopics__0", "elsewhere");
        var other = await CommandRun.RunAsync("verify", "--data", _folder["data"]);

        Assert.StartsWith("PASSED. 3 texts checked", own.Out, StringComparison.Ordinal);
        Assert.Contains("no topic elsewhere", other.Out, StringComparison.Ordinal);
        Assert.Equal((0, 1), (own.ExitCode, other.ExitCode));
    }

    [Fact]
    public async Task Settings_come_from_the_working_directory_too()
    {
        await FillAsync(texts: 2);
        File.Move(_folder["own.json"], _folder["appsettings.json"]);
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = _folder.Path;

            Assert.Equal(0, (await CommandRun.RunAsync("verify", "--data", "data")).ExitCode);
            Assert.Contains("newswire", (await CommandRun.RunAsync("topics", "--data", "data")).Out, StringComparison.Ordinal);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public async Task The_settings_file_may_be_given_by_a_variable()
    {
        await FillAsync(texts: 1);
        using var file = Variable("STREAMBERT_CONFIG", _folder["own.json"]);

        Assert.Equal(0, (await CommandRun.RunAsync("verify", "--data", _folder["data"], "--pipeline", "newswire")).ExitCode);
    }

    [Theory]
    [InlineData("verify --data {data} --config none.json", "none.json")]
    [InlineData("topics --config none.json", "none.json")]
    [InlineData("status --config none.json", "none.json")]
    [InlineData("erase --subject a --config none.json", "none.json")]
    [InlineData("state rebuild --config none.json", "none.json")]
    [InlineData("dead-letters list --config none.json", "none.json")]
    [InlineData("models list --config none.json", "none.json")]
    [InlineData("up --config none.json --port 0 --data {data}", "none.json")]
    [InlineData("topics --config {broken}", "broken.json")]
    [InlineData("topics --url http://127.0.0.1:9 --kafka b", "not both")]
    [InlineData("topics --count-for 31", "--count-for 31")]
    public async Task Unreadable_settings_and_invalid_options_are_refused_with_their_name(string arguments, string named)
    {
        await FillAsync(texts: 1);
        await File.WriteAllTextAsync(_folder["broken.json"], "{ \"Pipelines\": [", Cancellation);

        var run = await CommandRun.RunAsync([.. arguments.Split(' ').Select(argument =>
            argument.Replace("{data}", _folder["data"], StringComparison.Ordinal)
                .Replace("{broken}", _folder["broken.json"], StringComparison.Ordinal))]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_select_direct_access_to_Kafka_or_the_address_of_the_Gateway()
    {
        await File.WriteAllTextAsync(_folder["kafka.json"], """{ "Kafka": { "BootstrapServers": "a:1" } }""", Cancellation);
        await File.WriteAllTextAsync(_folder["gateway.json"], """{ "Gateway": { "Urls": "http://*:9/" } }""", Cancellation);

        var kafka = new LogAccess().CreateHostBuilder(Parsed("topics", "--config", _folder["kafka.json"]));
        var asked = await CommandRun.RunAsync("topics", "--config", _folder["gateway.json"]);

        Assert.Equal("a:1", kafka!.Configuration["Kafka:BootstrapServers"]);
        Assert.Equal(1, asked.ExitCode);
        Assert.Contains("Cannot connect to http://127.0.0.1:9/", asked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_registry_is_that_of_the_services()
    {
        File.WriteAllText(_folder["models.json"], """{ "Models": { "Directory": "/srv/models" } }""");

        Assert.Equal("/srv/models", CommandSettings.Read(_folder["data"], _folder["models.json"])["Models:Directory"]);
        Assert.Equal(Path.Combine(_folder["data"], "models"), CommandSettings.Read(_folder["data"], null)["Models:Directory"]);
    }

    [Fact]
    public async Task A_verification_without_records_is_inconclusive()
    {
        await FillAsync(texts: 0);

        var empty = await CommandRun.RunAsync("verify", "--data", _folder["data"], "--config", _folder["own.json"], "--json");
        var misspelt = await CommandRun.RunAsync(
            "verify",
            "--data",
            _folder["data"],
            "--config",
            _folder["own.json"],
            "--topic",
            "newswier",
            "--json");

        Assert.Equal(1, empty.ExitCode);
        Assert.Contains("No record of newswire", Report(empty).GetProperty("inconclusive").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, misspelt.ExitCode);
        Assert.False(Report(misspelt).GetProperty("passed").GetBoolean());
        var reason = Report(misspelt).GetProperty("inconclusive").GetString();
        Assert.Contains("'newswier' is not an input topic", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_without_an_outcome_is_listed_with_its_id()
    {
        await FillAsync(texts: 5, without: 1);

        var run = await CommandRun.RunAsync("verify", "--data", _folder["data"], "--config", _folder["own.json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("missing: newswire/0/4 (id 4)", run.Out, StringComparison.Ordinal);
        Assert.Contains("FAILED. 5 texts checked: 4 predicted", run.Out, StringComparison.Ordinal);
    }

    private async Task FillAsync(int texts, int without = 0)
    {
        await using var log = EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(_folder["data"], "log") },
            TimeProvider.System,
            NullLogger<EmbeddedEventLog>.Instance);
        await log.CreateTopicsAsync([new(CustomPipeline.Topic, 1), new(Topics.Predictions, 1), new(Topics.DeadLetter, 1)], Cancellation);
        await CustomPipeline.ClassifyAsync(log, texts, without);
    }

    private static System.CommandLine.ParseResult Parsed(params string[] arguments) => StreamBertCommand.Create().Parse(arguments);

    private static JsonElement Report(CommandRun run) => JsonDocument.Parse(run.Out.TrimEnd().Split('\n')[^1]).RootElement;

    private static Restored Variable(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        return new(name);
    }

    private sealed record Restored(string Name) : IDisposable
    {
        public void Dispose() => Environment.SetEnvironmentVariable(Name, null);
    }
}
