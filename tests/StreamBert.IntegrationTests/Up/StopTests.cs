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
    public async Task The_simulator_feeds_both_pipelines_and_a_stop_drains_the_texts_in_flight()
    {
        await using (var up = StreamBertProcess.Start(_directory.UpArguments("--model", "small")))
        {
            var address = await up.WaitUntilReadyAsync();
            await WaitForPredictionsAsync(up, address);
            await CheckCommandsAsync(address);

            await up.TerminateAsync();

            Assert.True(await up.WaitForExitAsync() == 0, up.AllOutput);
        }

        await using var log = _directory.OpenLog();
        string[] inputs = [.. DefaultPipelines.All.SelectMany(static pipeline => pipeline.Inputs)];
        var lag = await log.LagAsync(ConsumerGroups.Inference, inputs, Cancellation);
        var classified = await log.ReadToEndAsync(Topics.Predictions, null, Cancellation).CountAsync(Cancellation);
        Assert.Equal(lag.Sum(static partition => partition.End), classified + lag.Sum(static partition => partition.Lag));
    }

    [Fact]
    public async Task A_port_in_use_and_a_directory_in_use_have_different_exit_codes()
    {
        await using var up = StreamBertProcess.Start(_directory.UpArguments("--model", "small"));
        var address = await up.WaitUntilReadyAsync();
        using var other = new DataDirectory();

        var samePort = await StreamBertProcess.RunAsync("up", "--data", other.DataPath, "--port", $"{address.Port}");
        var sameData = await StreamBertProcess.RunAsync(_directory.UpArguments("--model", "small"));

        Assert.Equal(2, samePort.Code);
        Assert.Contains($"Port {address.Port}", samePort.AllOutput, StringComparison.Ordinal);
        Assert.Equal(3, sameData.Code);
        Assert.Contains("--data", sameData.AllOutput, StringComparison.Ordinal);
    }

    /// <summary>Waits until the API returns predictions of both pipelines.</summary>
    private static async Task WaitForPredictionsAsync(StreamBertProcess up, Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        foreach (var pipeline in DefaultPipelines.All)
        {
            var count = 0;
            while (count == 0)
            {
                Assert.False(up.HasExited, up.AllOutput);
                await Task.Delay(100, Cancellation);
                var answer = await http.GetFromJsonAsync<JsonElement>($"v1/predictions?pipeline={pipeline.Name}", Cancellation);
                count = answer.GetProperty("predictions").GetArrayLength();
            }
        }
    }

    private static async Task CheckCommandsAsync(Uri address)
    {
        (string[] Arguments, string Expected)[] commands =
        [
            (["status"], "texts.financial-news"),
            (["status", "--json"], "ledger"),
            (["topics"], "predictions"),
            (["dead-letters", "list"], "No dead letters."),
        ];
        foreach (var (arguments, expected) in commands)
        {
            var (code, output, allOutput) = await StreamBertProcess.RunAsync([.. arguments, "--url", address.ToString()]);
            Assert.True(code == 0, allOutput);
            Assert.Contains(expected, output, StringComparison.Ordinal);
        }
    }
}
