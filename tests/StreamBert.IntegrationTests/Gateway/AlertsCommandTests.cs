using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The commands about alerts, against a Gateway without a state store.</summary>
public sealed class AlertsCommandTests : IAsyncLifetime
{
    private const string Id = "label-surge:news:topic=Energy | Oil@1";
    private GatewayHost _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync(Keys.NoRedis);
        await _gateway.Log.AppendAsync(
            [EventRecord.Create(Topics.Alerts, Id, SampleEvents.Surge(Id, DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch)],
            TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task An_alert_is_acknowledged_silenced_and_shown()
    {
        Assert.Equal($"anonymous has acknowledged {Id}.", await RunAsync("ack", Id, "--comment", "I call the refinery"));
        Assert.Contains($"mutes fingerprint={Id} until", await RunAsync("silence", "--alert", Id, "--for", "2h"), StringComparison.Ordinal);

        var shown = await RunAsync("show", Id);
        Assert.Contains("I call the refinery", shown, StringComparison.Ordinal);
        Assert.Contains("silenced until", shown, StringComparison.Ordinal);

        Assert.Equal($"The acknowledgement of {Id} is withdrawn.", await RunAsync("ack", Id, "--withdraw"));
    }

    [Fact]
    public async Task A_silence_is_listed_as_JSON_until_it_is_ended()
    {
        await RunAsync("silence", "pipeline=financial-news", "topic=~.*Oil", "--for", "1d", "--comment", "maintenance");

        var silence = Assert.Single(await SilencesAsync());
        Assert.Equal("maintenance", silence.GetProperty("comment").GetString());
        Assert.StartsWith(
            "The silence", await RunAsync("silence", "expire", silence.GetProperty("id").GetString()!), StringComparison.Ordinal);

        Assert.Empty(await SilencesAsync());
    }

    private async Task<List<JsonElement>> SilencesAsync() =>
        [.. JsonDocument.Parse(await RunAsync("silence", "list", "--json")).RootElement.EnumerateArray()];

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (code, printed, errors) = await StreamBertProcess.RunAsync(
            ["alerts", .. arguments, "--url", $"{_gateway.Client.BaseAddress}"]);
        Assert.True(code == 0, errors);
        return printed.Trim();
    }
}
