using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Tests.Model;
using StreamBert.Tests.Streaming.Log.Kafka;

namespace StreamBert.Tests.Cli.Commands.Administration;

/// <summary>Runs commands on a mock Kafka cluster with a custom pipeline.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class KafkaCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MockKafka _kafka = new();

    public KafkaCommandTests()
    {
        foreach (var topic in new[] { CustomPipeline.Topic, Topics.Predictions, Topics.DeadLetter })
            _kafka.CreateTopic(topic, 1);
        const string kafka = """ "Kafka": { "CreateTopics": "false", "fetch.wait.max.ms": "5" }, "Pipelines" """;
        var settings = CustomPipeline.Settings.Replace("\"Pipelines\"", kafka, StringComparison.Ordinal);
        File.WriteAllText(_folder["own.json"], settings);
    }

    public void Dispose()
    {
        _kafka.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Verify_checks_every_text_of_the_users_own_topic()
    {
        await FillAsync(texts: 12);

        var run = await VerifyAsync();

        Assert.Equal((0, 12), (run.ExitCode, JsonDocument.Parse(run.Out).RootElement.GetProperty("checked").GetInt32()));
    }

    [Fact]
    public async Task Verify_fails_if_the_broker_does_not_have_a_topic()
    {
        await FillAsync(texts: 1);
        await File.WriteAllTextAsync(_folder["own.json"], (await File.ReadAllTextAsync(
            _folder["own.json"],
            TestContext.Current.CancellationToken))
            .Replace("[\"newswire\"]", "[\"newswier\"]", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var run = await VerifyAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "The log has no topic newswier",
            JsonDocument.Parse(run.Out).RootElement.GetProperty("inconclusive").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topics_counts_records_by_reading_them()
    {
        await FillAsync(texts: 12);

        var counted = await CommandRun.RunAsync("topics", "--kafka", _kafka.BootstrapServers, "--config", _folder["own.json"], "--json");
        var bounded = await CommandRun.RunAsync(
            "topics",
            "--kafka",
            _kafka.BootstrapServers,
            "--config",
            _folder["own.json"],
            "--json",
            "--count-for",
            "0");

        Assert.Equal((12, false), Records(counted));
        Assert.Equal((12, true), Records(bounded));
    }

    private static (long, bool) Records(CommandRun run)
    {
        var topic = JsonDocument.Parse(run.Out).RootElement.EnumerateArray()
            .Single(static topic => topic.GetProperty("topic").GetString() == CustomPipeline.Topic);
        return (topic.GetProperty("records").GetInt64(), topic.GetProperty("recordsAreUpperBound").GetBoolean());
    }

    private Task<CommandRun> VerifyAsync()
        => CommandRun.RunAsync("verify", "--kafka", _kafka.BootstrapServers, "--config", _folder["own.json"], "--json");

    private async Task FillAsync(int texts)
    {
        await using var log = new KafkaEventLog(
            new(new Dictionary<string, string>
            {
                ["BootstrapServers"] = _kafka.BootstrapServers,
                ["Delivery"] = KafkaSettings.AtLeastOnce,
                ["CreateTopics"] = "false",
                ["fetch.wait.max.ms"] = "5",
            }), TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        await CustomPipeline.ClassifyAsync(log, texts);
    }
}
