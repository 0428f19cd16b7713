using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Operations.Ledger;

/// <summary>On a broker, where transactions leave marks among the texts and behind them.</summary>
public sealed class LedgerOnKafkaTests
{
    [Fact]
    public async Task Transaction_markers_are_not_counted()
    {
        var broker = Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA");
        Assert.SkipWhen(broker is null, "STREAMBERT_TEST_KAFKA is not set to the bootstrap servers of a real broker.");
        var cancellation = TestContext.Current.CancellationToken;
        var name = $"ledger-{Guid.NewGuid().ToString("N")[..8]}";
        var pipelines = new PipelineCatalog([DefaultPipelines.All[0] with { Name = name, InputTopics = [], Routes = [] }]);
        var input = pipelines.All[0].Inputs[0];
        await using var log = new KafkaEventLog(
            new(new Dictionary<string, string> { ["BootstrapServers"] = broker }),
            TimeProvider.System,
            NullLogger<KafkaEventLog>.Instance);
        await log.CreateTopicsAsync(TopicPlan.For(pipelines, new()), cancellation);
        for (var n = 0; n < 3; n++)
        {
            await log.AppendAsync(
                [.. Enumerable.Repeat(new NewRecord(input, null, "{}"u8.ToArray(), Some.Noon) { Partition = 0 }, 4)],
                cancellation,
                atomic: true);
        }

        await using (var reader = await log.JoinAsync(ConsumerGroups.Inference, [input], cancellation))
        {
            for (var left = 12; left > 0;)
            {
                var read = await reader.ReadAsync(left, cancellation);
                await reader.CommitAsync(
                    read,
                    [.. read.Records.Select(static record => new NewRecord(Topics.Predictions, null, Outcome(record.Position), Some.Noon))],
                    cancellation);
                left -= read.Records.Count;
            }
        }

        var counter = new LedgerCounter();
        using var updater = new LedgerUpdater(
            log,
            counter,
            pipelines,
            new(NullLogger<UnusableRecords>.Instance),
            new(TimeProvider.System, NullLogger<Supervisor>.Instance),
            TimeProvider.System,
            NullLogger<LedgerUpdater>.Instance);
        await updater.StartAsync(cancellation);
        using var ledger = new LedgerReader(log, counter, pipelines, TimeProvider.System);
        LedgerLine line;
        LedgerView view;
        do
        {
            view = await ledger.ReadAsync(cancellation);
            line = view.Topics.Single(topic => topic.Topic == input);
        }
        while (view.Uncounted > 0 || view.Note is not null);
        await updater.StopAsync(cancellation);

        Assert.True((await log.DescribeAsync([input], cancellation))[0].End > 12);
        Assert.Equal((12, 12, 0, 0), (line.In, line.Out, line.DeadLettered, line.InFlight));
    }

    private static byte[] Outcome(RecordPosition position) =>
        Wire.Serialize(Some.Prediction("a") with { Origin = new(position.Topic, position.Partition, position.Offset) });
}
