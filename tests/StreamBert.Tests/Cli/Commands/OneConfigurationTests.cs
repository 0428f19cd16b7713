using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Hosting;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Tests.Cli.CommandLine;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands;

/// <summary>Commands read the settings that the services read: files, environment, in that order.</summary>
[Collection(nameof(ArgumentTests))]
public sealed class OneConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public OneConfigurationTests() => File.WriteAllText(_folder["own.json"], Newswire.Settings);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_of_settings_names_the_pipelines_that_verify_checks()
    {
        await FillAsync(texts: 7);

        var own = await RanCommand.OfAsync("verify", "--data", _folder["data"], "--config", _folder["own.json"], "--json");
        var others = await RanCommand.OfAsync("verify", "--data", _folder["data"], "--json");

        Assert.Equal(
            (0, true, 7),
            (own.Code, Report(own).GetProperty("passed").GetBoolean(), Report(own).GetProperty("checked").GetInt32()));
        Assert.Equal(
            (1, false, 0),
            (others.Code, Report(others).GetProperty("passed").GetBoolean(), Report(others).GetProperty("checked").GetInt32()));
        Assert.Contains(
            "no topic texts.financial-news, texts.support-chat",
            Report(others).GetProperty("inconclusive").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_directory_and_the_environment_name_them_too_and_the_environment_goes_over_the_file()
    {
        await FillAsync(texts: 3);
        File.Copy(_folder["own.json"], Path.Combine(_folder["data"], "appsettings.json"));

        var own = await RanCommand.OfAsync("verify", "--data", _folder["data"]);
        using var topic = Variable("STREAMBERT_Pipelines__0__InputTopics__0", "elsewhere");
        var other = await RanCommand.OfAsync("verify", "--data", _folder["data"]);

        Assert.StartsWith("Sound. 3 texts checked", own.Out, StringComparison.Ordinal);
        Assert.Contains("no topic elsewhere", other.Out, StringComparison.Ordinal);
        Assert.Equal((0, 1), (own.Code, other.Code));
    }

    [Fact]
    public async Task The_working_directory_names_them_too()
    {
        await FillAsync(texts: 2);
        File.Move(_folder["own.json"], _folder["appsettings.json"]);
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = _folder.Path;

            Assert.Equal(0, (await RanCommand.OfAsync("verify", "--data", "data")).Code);
            Assert.Contains("newswire", (await RanCommand.OfAsync("topics", "--data", "data")).Out, StringComparison.Ordinal);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public async Task A_variable_may_name_the_file()
    {
        await FillAsync(texts: 1);
        using var file = Variable("STREAMBERT_CONFIG", _folder["own.json"]);

        Assert.Equal(0, (await RanCommand.OfAsync("verify", "--data", _folder["data"], "--pipeline", "newswire")).Code);
    }

    [Theory]
    [InlineData("verify --data {data} --config none.json", "none.json")]
    [InlineData("topics --config none.json", "none.json")]
    [InlineData("status --config none.json", "none.json")]
    [InlineData("erase --subject a --config none.json", "none.json")]
    [InlineData("state rebuild --config none.json", "none.json")]
    [InlineData("deadletter list --config none.json", "none.json")]
    [InlineData("models list --config none.json", "none.json")]
    [InlineData("up --config none.json --port 0 --data {data}", "none.json")]
    [InlineData("topics --config {broken}", "broken.json")]
    [InlineData("topics --url http://127.0.0.1:9 --kafka b", "not both")]
    [InlineData("topics --count-for 31", "--count-for 31")]
    public async Task What_cannot_be_read_is_refused_by_name(string arguments, string named)
    {
        await FillAsync(texts: 1);
        await File.WriteAllTextAsync(_folder["broken.json"], "{ \"Pipelines\": [", Cancellation);

        var ran = await RanCommand.OfAsync([.. arguments.Split(' ').Select(argument =>
            argument.Replace("{data}", _folder["data"], StringComparison.Ordinal)
                .Replace("{broken}", _folder["broken.json"], StringComparison.Ordinal))]);

        Assert.Equal(2, ran.Code);
        Assert.Contains(named, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_name_Kafka_are_read_directly_and_those_of_the_Gateway_say_where_to_ask()
    {
        await File.WriteAllTextAsync(_folder["kafka.json"], """{ "Kafka": { "BootstrapServers": "a:1" } }""", Cancellation);
        await File.WriteAllTextAsync(_folder["gateway.json"], """{ "Gateway": { "Urls": "http://*:9/" } }""", Cancellation);

        var kafka = new LogAccess().Builder(Parsed("topics", "--config", _folder["kafka.json"]));
        var asked = await RanCommand.OfAsync("topics", "--config", _folder["gateway.json"]);

        Assert.Equal("a:1", kafka!.Configuration["Kafka:BootstrapServers"]);
        Assert.Equal(1, asked.Code);
        Assert.Contains("Nothing answers at http://127.0.0.1:9/", asked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_registry_of_models_is_where_the_services_have_it()
    {
        File.WriteAllText(_folder["models.json"], """{ "Models": { "Directory": "/srv/models" } }""");

        Assert.Equal("/srv/models", CommandSettings.Read(_folder["data"], _folder["models.json"])["Models:Directory"]);
        Assert.Equal(Path.Combine(_folder["data"], "models"), CommandSettings.Read(_folder["data"], null)["Models:Directory"]);
    }

    [Fact]
    public async Task Where_nothing_was_checked_nothing_is_proved()
    {
        await FillAsync(texts: 0);

        var empty = await RanCommand.OfAsync("verify", "--data", _folder["data"], "--config", _folder["own.json"], "--json");
        var misspelt = await RanCommand.OfAsync(
            "verify",
            "--data",
            _folder["data"],
            "--config",
            _folder["own.json"],
            "--topic",
            "newswier",
            "--json");

        Assert.Equal(1, empty.Code);
        Assert.Contains("No record of newswire", Report(empty).GetProperty("inconclusive").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, misspelt.Code);
        Assert.False(Report(misspelt).GetProperty("passed").GetBoolean());
        Assert.Contains("'newswier' is no input topic", Report(misspelt).GetProperty("inconclusive").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_without_an_outcome_is_named_by_the_id_of_its_own_fields()
    {
        await FillAsync(texts: 5, without: 1);

        var ran = await RanCommand.OfAsync("verify", "--data", _folder["data"], "--config", _folder["own.json"]);

        Assert.Equal(1, ran.Code);
        Assert.Contains("missing: newswire/0/4 (id 4)", ran.Out, StringComparison.Ordinal);
        Assert.Contains("NOT SOUND. 5 texts checked: 4 predicted", ran.Out, StringComparison.Ordinal);
    }

    private async Task FillAsync(int texts, int without = 0)
    {
        await using var log = EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(_folder["data"], "log") },
            TimeProvider.System,
            NullLogger<EmbeddedEventLog>.Instance);
        await log.CreateTopicsAsync([new(Newswire.Topic, 1), new(Topics.Predictions, 1), new(Topics.DeadLetter, 1)], Cancellation);
        await Newswire.ClassifyAsync(log, texts, without);
    }

    private static System.CommandLine.ParseResult Parsed(params string[] arguments) => StreamBertCommand.Create().Parse(arguments);

    private static JsonElement Report(RanCommand ran) => JsonDocument.Parse(ran.Out.TrimEnd().Split('\n')[^1]).RootElement;

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
