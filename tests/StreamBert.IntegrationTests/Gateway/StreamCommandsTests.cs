using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The commands that send texts and print live events, against a Gateway without a state store.</summary>
public sealed class StreamCommandsTests : IAsyncLifetime
{
    private static readonly TimeSpan AppendInterval = TimeSpan.FromMilliseconds(200);
    private readonly string _file = Path.ChangeExtension(Path.GetTempFileName(), ".csv");
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(Keys.NoRedis);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        File.Delete(_file);
    }

    [Fact]
    public async Task A_row_that_is_refused_is_named_and_all_others_are_sent()
    {
        await File.WriteAllTextAsync(
            _file,
            "id,date,body\na,2026-11-30T10:00:00Z,Oil falls\nb,tomorrow,Gold rises\nc,2026-11-30T11:00:00Z,Stocks rise\n",
            Cancellation);

        var (code, printed, errors) = await StreamBertProcess.RunAsync(
            "send", "--input", _file, "--id", "ID", "--text", "body", "--time", "date", "--url", $"{_gateway.Client.BaseAddress}");

        Assert.Equal((2, "2 texts sent, 1 refused."), (code, printed.Trim()));
        Assert.Contains("row 2", errors, StringComparison.Ordinal);
        Assert.Contains("'tomorrow'", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_without_a_Gateway_are_not_reported_as_sent()
    {
        var (code, printed, errors) = await StreamBertProcess.RunAsync("send", "Oil falls", "--url", "http://127.0.0.1:9");

        Assert.Equal((1, ""), (code, printed.Trim()));
        Assert.Contains("Cannot connect", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_events_are_printed_as_lines_of_JSON()
    {
        var tail = StreamBertProcess.RunAsync(
            "tail", "--type", "alert-raised", "--count", "1", "--json", "--url", $"{_gateway.Client.BaseAddress}");
        while (!tail.IsCompleted)
        {
            var alert = SampleEvents.Surge("a", DateTimeOffset.UnixEpoch);
            await _gateway.Log.AppendAsync(
                [EventRecord.Create(Topics.Alerts, alert.Id, alert, DateTimeOffset.UnixEpoch)], Cancellation);
            await Task.WhenAny(tail, Task.Delay(AppendInterval, Cancellation));
        }

        var (code, printed, errors) = await tail;
        Assert.True(code == 0, errors);
        var live = JsonDocument.Parse(printed).RootElement;
        Assert.Equal("alert-raised", live.GetProperty("type").GetString());
        Assert.Equal("a", live.GetProperty("event").GetProperty("id").GetString());
    }
}
