using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka;

namespace StreamBert.Tests.Streaming.Log;

/// <summary>The contract on Kafka's protocol with at-least-once delivery, against librdkafka's mock cluster.</summary>
public sealed class KafkaMockEventLogTests(MockKafka kafka) : EventLogContract, IClassFixture<MockKafka>
{
    [Fact]
    public async Task What_one_client_has_appended_another_can_fetch()
    {
        await using var other = await OpenAsync();
        await Log.AppendAsync([Text("here", partition: 0)], Cancellation);

        Assert.Equal("here", Value((await other.FetchLastAsync(Texts, 0, Cancellation))!));
    }

    protected override Task<IEventLog> OpenAsync() => Task.FromResult<IEventLog>(new KafkaEventLog(
        new(new Dictionary<string, string>
        {
            ["BootstrapServers"] = kafka.BootstrapServers,
            ["Delivery"] = KafkaSettings.AtLeastOnce,
            ["CreateTopics"] = "false",
            ["fetch.wait.max.ms"] = "5",
            ["topic.metadata.refresh.interval.ms"] = "500",
        }),
        TimeProvider.System,
        NullLogger<KafkaEventLog>.Instance));
}

/// <summary>The contract on a real broker with exactly-once delivery, and what only transactions can promise.</summary>
public sealed class KafkaBrokerEventLogTests : EventLogContract
{
    private static readonly string? Broker = Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA");

    [Fact]
    public async Task A_batch_read_before_the_partitions_were_given_out_anew_cannot_be_committed()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 8).Select(n => Text($"{n}", partition: n % 4))], Cancellation);
        await using var first = await JoinAsync();
        var stale = (await ReadAsync(first, 8))[0];
        await using var second = await JoinAsync();
        var reads = Task.WhenAll(first.ReadAsync(8, Cancellation), second.ReadAsync(8, Cancellation));
        var again = Records(await reads);

        await Assert.ThrowsAsync<BatchRevokedException>(() => first.CommitAsync(stale, [stale.Records[0].ToOutput(Outputs)], Cancellation));

        Assert.Equal(0, (await Log.DescribeAsync([Outputs], Cancellation)).Sum(p => p.End));
        Assert.NotEmpty(again);
    }

    [Fact]
    public async Task A_commit_that_the_broker_refuses_leaves_nothing_and_its_batch_comes_again()
    {
        await AppendAsync(0, 4);
        await using var reader = await JoinAsync();
        var batch = (await ReadAsync(reader, 4))[0];
        var tooLarge = new NewRecord(Outputs, null, new byte[KafkaSettings.MaxMessageBytes + 1], DateTimeOffset.UnixEpoch);

        await Assert.ThrowsAsync<BatchRevokedException>(() => reader.CommitAsync(batch, [batch.Records[0].ToOutput(Outputs), tooLarge], Cancellation));

        Assert.Empty(await Log.ReadToEndAsync(Outputs, null, Cancellation).ToListAsync(Cancellation));
        var again = await ReadAsync(reader, 4);
        Assert.Equal(Names(0, 4), Sorted(Records(again)));
        await CommitAsync(reader, again);
    }

    [Fact]
    public async Task Marks_of_transactions_are_neither_records_nor_lag()
    {
        await AppendAsync(0, 4);
        await using (var reader = await JoinAsync())
            foreach (var batch in await ReadAsync(reader, 4))
                await reader.CommitAsync(batch, [.. batch.Records.Select(r => r.ToOutput(Outputs, partition: 0))], Cancellation);

        await using var next = await Log.JoinAsync($"{Group}-next", [Outputs], Cancellation);
        await CommitAsync(next, await ReadAsync(next, 4));
        var waiting = next.ReadAsync(1, Cancellation); // reaches the end, behind the last mark
        while ((await Log.LagAsync($"{Group}-next", [Outputs], Cancellation)).Sum(l => l.Lag) > 0)
            await Task.Yield();

        Assert.False(waiting.IsCompleted);
        Assert.Equal("0003", Value((await Log.FetchLastAsync(Outputs, 0, Cancellation))!));
        Assert.Equal(4, await Log.ReadToEndAsync(Outputs, null, Cancellation).CountAsync(Cancellation));
    }

    public override ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Broker is null, "STREAMBERT_TEST_KAFKA is not set to the bootstrap servers of a real broker.");
        return base.InitializeAsync();
    }

    protected override Task<IEventLog> OpenAsync() => Task.FromResult<IEventLog>(new KafkaEventLog(
        new(new Dictionary<string, string> { ["BootstrapServers"] = Broker! }), TimeProvider.System, NullLogger<KafkaEventLog>.Instance));
}

internal static class OutputExtensions
{
    public static NewRecord ToOutput(this LogRecord record, string topic, int? partition = null) =>
        new(topic, record.Key, record.Value, record.Timestamp) { Partition = partition };
}
