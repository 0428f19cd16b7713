using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Configuration;

/// <summary><c>config</c> shows the settings in effect and finds faults before a service is started with them.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class ConfigCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Valid_settings_are_confirmed()
    {
        var run = await CheckAsync("""{ "Log": { "Partitions": 8 } }""");

        Assert.Equal((0, "The settings are valid."), (run.ExitCode, run.Out.Trim()));
    }

    [Fact]
    public async Task Faults_are_listed_and_the_exit_code_is_2()
    {
        var run = await CheckAsync("""{ "Log": { "Partition": 8 }, "Gateway": { "StreamHeartbeat": "x" } }""");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("did you mean 'Log:Partitions'?", run.Error, StringComparison.Ordinal);
        Assert.Contains("Gateway:StreamHeartbeat", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_a_service_refuses_is_a_fault_too()
    {
        var run = await CheckAsync("""{ "Pipelines": [ { "Name": "Not Valid", "Heads": ["sentiment"] } ] }""");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Not Valid", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_are_shown_with_their_sources()
    {
        File.WriteAllText(_folder["a.json"], """{ "Log": { "Partitions": 8 }, "Redis": { "Password": "geheim" } }""");

        var run = await CommandRun.RunAsync("config", "show", "--data", _folder.Path, "--config", _folder["a.json"], "--json");

        Assert.Contains("\"key\":\"Log:Partitions\",\"value\":\"8\"", run.Out, StringComparison.Ordinal);
        Assert.Contains("a.json", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", run.Out, StringComparison.Ordinal);
    }

    private Task<CommandRun> CheckAsync(string settings)
    {
        File.WriteAllText(_folder["a.json"], settings);
        return CommandRun.RunAsync("config", "check", "--data", _folder.Path, "--config", _folder["a.json"]);
    }
}
