using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Tests.Model;
using StreamBert.Tests.Monitoring;
using StreamBert.Tests.Streaming.Log.Kafka;

namespace StreamBert.Tests.Cli.Commands.Backtests;

/// <summary>Runs <c>backtest --kafka</c> over Kafka's protocol, against librdkafka's mock cluster.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class KafkaBacktestTests(MockKafka kafka) : IClassFixture<MockKafka>, IDisposable
{
    private const int Partitions = 4;
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backtest_over_kafka_raises_the_alerts_of_the_service_and_joins_no_consumer_group()
    {
        await File.WriteAllTextAsync(_folder["own.json"], """
            {
              "Kafka": { "CreateTopics": false, "Delivery": "at-least-once" },
              "Pipelines": [
                {
                  "Name": "financial-news", "Heads": ["sentiment", "topic"],
                  "Monitor": {
                    "Window": "00:00:10", "AllowedLateness": "00:00:02",
                    "Rules": { "Segments": ["head:topic"], "Fairness": [{ "Attribute": "region" }] }
                  }
                }
              ]
            }
            """, Cancellation);
        await using var harness = new MonitoringHarness();
        var count = await harness.AppendAsync(MonitoringHarness.Surge());
        using (var worker = await harness.StartAsync())
        {
            await harness.UntilReadAsync(count);
            await worker.StopAsync(Cancellation);
        }
        await CopyAsync(harness.Log);
        kafka.Reset(MockRequest.Fetch);

        var run = await CommandRun.RunAsync(
            "backtest", "--kafka", kafka.BootstrapServers, "--pipeline", "financial-news", "--config", _folder["own.json"], "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        var outcome = JsonDocument.Parse(run.Out).RootElement;
        var raised = (await harness.RaisedAsync()).ConvertAll(static alert => alert.Id);
        Assert.NotEmpty(raised);
        Assert.Equal(raised, outcome.GetProperty("alerts").EnumerateArray()
            .Select(static alert => alert.GetProperty("alert").GetProperty("id").GetString()));
        Assert.Equal(count, outcome.GetProperty("texts").GetInt32());
        Assert.NotEqual(0, kafka.Asked(MockRequest.Fetch));
        Assert.Equal((0, 0), (kafka.Asked(MockRequest.JoinGroup), kafka.Asked(MockRequest.OffsetCommit)));
    }

    /// <summary>Copies the predictions and the progress of Inference, each record into its partition.</summary>
    private async Task CopyAsync(IEventLog source)
    {
        kafka.CreateTopic(Topics.Predictions, Partitions);
        kafka.CreateTopic(Topics.Progress, 1);
        await using var target = new KafkaEventLog(
            new(new Dictionary<string, string>
            {
                ["BootstrapServers"] = kafka.BootstrapServers,
                ["Delivery"] = KafkaSettings.AtLeastOnce,
                ["CreateTopics"] = "false",
            }),
            TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        foreach (var topic in new[] { Topics.Predictions, Topics.Progress })
        {
            var records = await source.ReadToEndAsync(topic, null, Cancellation).ToListAsync(Cancellation);
            await target.AppendAsync(
                [.. records.Select(record => new NewRecord(topic, record.Key, record.Value, record.Timestamp)
                {
                    Headers = record.Headers,
                    Partition = record.Position.Partition,
                })],
                Cancellation);
        }
    }
}
