using System.Net.Http.Json;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.IntegrationTests.Up;

public sealed class StopTests : IDisposable
{
    private readonly DataDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_simulator_feeds_both_pipelines_and_a_stop_finishes_what_is_in_hand()
    {
        await using (var up = StreamBertProcess.Start(_directory.Up()))
        {
            var address = await up.ReadyAsync();
            await SeenAsync(up, address);
            await CommandsAnswerAsync(address);

            await up.TerminateAsync();

            Assert.True(await up.ExitAsync() == 0, up.Everything);
        }

        await using var log = _directory.OpenedLog();
        string[] inputs = [.. DefaultPipelines.All.SelectMany(static pipeline => pipeline.Inputs)];
        var lag = await log.LagAsync(ConsumerGroups.Inference, inputs, Cancellation);
        var classified = await log.ReadToEndAsync(Topics.Predictions, null, Cancellation).CountAsync(Cancellation);
        Assert.Equal(lag.Sum(static partition => partition.End), classified + lag.Sum(static partition => partition.Lag));
    }

    [Fact]
    public async Task A_port_in_use_and_a_directory_in_use_are_told_apart()
    {
        await using var up = StreamBertProcess.Start(_directory.Up());
        var address = await up.ReadyAsync();
        using var other = new DataDirectory();

        var samePort = await StreamBertProcess.RunAsync("up", "--data", other.Data, "--port", $"{address.Port}");
        var sameData = await StreamBertProcess.RunAsync(_directory.Up());

        Assert.Equal(2, samePort.Code);
        Assert.Contains($"Port {address.Port}", samePort.Everything, StringComparison.Ordinal);
        Assert.Equal(3, sameData.Code);
        Assert.Contains("--data", sameData.Everything, StringComparison.Ordinal);
    }

    /// <summary>Waits until predictions of both pipelines can be read from the API.</summary>
    private static async Task SeenAsync(StreamBertProcess up, Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        foreach (var pipeline in DefaultPipelines.All)
        {
            var count = 0;
            while (count == 0)
            {
                Assert.False(up.HasExited, up.Everything);
                await Task.Delay(100, Cancellation);
                var answer = await http.GetFromJsonAsync<JsonElement>($"v1/predictions?pipeline={pipeline.Name}", Cancellation);
                count = answer.GetProperty("predictions").GetArrayLength();
            }
        }
    }

    private static async Task CommandsAnswerAsync(Uri address)
    {
        foreach (var (arguments, shown) in new (string[], string)[]
        {
            (["status"], "texts.financial-news"), (["topics"], "predictions"), (["deadletter", "list"], "No dead letters."), (["status", "--json"], "ledger"),
        })
        {
            var (code, output, everything) = await StreamBertProcess.RunAsync([.. arguments, "--url", address.ToString()]);
            Assert.True(code == 0, everything);
            Assert.Contains(shown, output, StringComparison.Ordinal);
        }
    }
}
