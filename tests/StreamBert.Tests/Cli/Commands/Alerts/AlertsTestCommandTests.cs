using System.Text.Json.Nodes;
using StreamBert.Tests.Alerting.Delivery;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Alerts;

/// <summary>Runs <c>alerts test</c>.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class AlertsTestCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_receiver_gets_a_test_message_and_its_answer_is_printed()
    {
        await using var server = await ReceivingServer.StartAsync(200, 500, 200);
        await ConfigureAsync(server.Url);

        var accepted = await RunAsync("ops");
        var failed = await RunAsync("ops");
        var json = await RunAsync("ops", "--json");

        Assert.Equal((0, "The receiver 'ops' (webhook) accepted the test message: 200 OK"), (accepted.ExitCode, accepted.Out.TrimEnd()));
        Assert.Equal((1, "The receiver 'ops' (webhook) answered 500 Internal Server Error."), (failed.ExitCode, failed.Error.TrimEnd()));
        Assert.True((bool)JsonNode.Parse(json.Out)!["delivered"]!);
        Assert.Equal("alert.test", (await server.NextAsync()).Type);
    }

    [Fact]
    public async Task A_receiver_that_does_not_exist_is_refused_with_those_that_do()
    {
        await ConfigureAsync(new("http://127.0.0.1:9"));

        var run = await RunAsync("opps");

        Assert.Equal((2, "streambert: There is no receiver 'opps'; configured: ops."), (run.ExitCode, run.Error.TrimEnd()));
    }

    [Fact]
    public async Task Without_receivers_the_command_says_how_to_add_one()
    {
        var run = await RunAsync("ops");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("STREAMBERT_Alerting__Receivers__0__Type=slack", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) =>
        CommandRun.RunAsync(["alerts", "test", .. arguments, "--data", _folder.Path]);

    private Task ConfigureAsync(Uri url) => File.WriteAllTextAsync(
        _folder["appsettings.json"],
        $$"""
        {
          "Alerting": {
            "Receivers": [
              { "Name": "ops", "Type": "webhook", "Url": "{{url}}", "Secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }
            ]
          }
        }
        """,
        TestContext.Current.CancellationToken);
}
