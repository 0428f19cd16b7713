using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Tests.Streaming.Log.Kafka;

/// <summary>The contract on Kafka's protocol with at-least-once delivery, against librdkafka's mock cluster.</summary>
public sealed class KafkaMockEventLogTests(MockKafka kafka) : EventLogContract, IClassFixture<MockKafka>
{
    [Fact]
    public async Task A_record_that_one_client_appends_can_be_fetched_by_another()
    {
        await using var other = await OpenAsync();
        await Log.AppendAsync([Text("here", partition: 0)], Cancellation);

        Assert.Equal("here", Value((await other.FetchLastAsync(Texts, 0, Cancellation))!));
    }

    [Fact]
    public async Task Records_committed_during_a_rebalance_are_not_read_again()
    {
        await AppendAsync(0, 40);
        await using var first = await JoinAsync();
        var batches = await ReadAsync(first, 40);
        await using var second = await JoinAsync();
        var gone = GivesUpAsync(first);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reads = Task.WhenAll(first.ReadAsync(40, stop.Token), second.ReadAsync(40, stop.Token));

        while (!gone.IsCompleted && batches.Count > 0) // commits continue during the rebalance
        {
            await first.CommitAsync(batches[0], [], Cancellation);
            batches = [.. batches.Skip(1)];
        }
        await gone;

        Assert.Empty(batches);
        Assert.False(reads.IsCompleted);
        Assert.Equal(0, (await Log.LagAsync(Group, [Texts], Cancellation)).Sum(static l => l.Lag));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reads);
    }

    [Fact]
    public async Task Uncommitted_batches_of_revoked_partitions_are_invalidated_and_delivered_again_once()
    {
        await AppendAsync(0, 40);
        await using var first = await JoinAsync();
        var held = await ReadAsync(first, 40);
        await using var second = await JoinAsync();
        var reads = new[] { ReadAllAsync(first), ReadAllAsync(second) };

        var read = (await Task.WhenAll(reads)).SelectMany(static r => r);

        await Assert.ThrowsAsync<BatchRevokedException>(
            () => first.CommitAsync(held[0], [held[0].Records[0].ToOutput(Outputs)], Cancellation));
        Assert.Equal(Names(0, 40), read.Order(StringComparer.Ordinal));
        Assert.Equal(0, (await Log.DescribeAsync([Outputs], Cancellation)).Sum(static p => p.End));
    }

    [Fact]
    public async Task A_reader_that_is_no_longer_a_member_commits_nothing()
    {
        await AppendAsync(0, 4);
        await using var reader = await JoinAsync();
        var batch = (await ReadAsync(reader, 4))[0];
        kafka.Inject(MockRequest.Heartbeat, Confluent.Kafka.ErrorCode.UnknownMemberId);
        var again = await reader.ReadAsync(4, Cancellation); // polling, it learns that its partitions are lost

        await Assert.ThrowsAsync<BatchRevokedException>(
            () => reader.CommitAsync(batch, [batch.Records[0].ToOutput(Outputs)], Cancellation));

        Assert.Equal(0, (await Log.DescribeAsync([Outputs], Cancellation)).Sum(static p => p.End));
        await reader.CommitAsync(again, [], Cancellation);
    }

    [Fact]
    public async Task An_unknown_topic_does_not_count_as_empty()
    {
        await Assert.ThrowsAsync<LogUnavailableException>(() => Log.FetchLastAsync("unknown", 0, Cancellation));
        await Assert.ThrowsAsync<LogUnavailableException>(
            async () => await Log.ReadToEndAsync("unknown", null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_reader_that_cannot_fetch_committed_offsets_fails_and_another_replaces_it()
    {
        await AppendAsync(0, 4);
        await using (var reader = await JoinAsync())
        {
            kafka.Inject(MockRequest.OffsetFetch, [.. Enumerable.Repeat(ErrorCode.GroupAuthorizationFailed, 100)]);

            await Assert.ThrowsAsync<LogUnavailableException>(() => reader.ReadAsync(4, Cancellation));

            kafka.Reset(MockRequest.OffsetFetch);
        }
        await using var next = await JoinAsync();
        Assert.Equal(4, (await ReadAsync(next, 4)).Sum(static batch => batch.Records.Count));
    }

    /// <summary>Completes when the reader has given up partitions.</summary>
    private static Task GivesUpAsync(IGroupReader reader)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        reader.AssignmentChanged += change => _ = change.Revoked.Count > 0 && gone.TrySetResult();
        return gone.Task;
    }

    /// <summary>Reads and commits until the group has no lag; what was revoked does not count.</summary>
    private async Task<List<string>> ReadAllAsync(IGroupReader reader)
    {
        var read = new List<string>();
        while ((await Log.LagAsync(Group, [Texts], Cancellation)).Sum(static l => l.Lag) > 0)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromMilliseconds(500));
            try
            {
                var batch = await reader.ReadAsync(40, patience.Token);
                await reader.CommitAsync(batch, [], Cancellation);
                read.AddRange(batch.Records.Select(Value));
            }
            catch (Exception e) when (e is BatchRevokedException || (e is OperationCanceledException && patience.IsCancellationRequested))
            {
            }
        }
        return read;
    }

    protected override Task<IEventLog> OpenAsync() => Task.FromResult<IEventLog>(new KafkaEventLog(
        new(new Dictionary<string, string>
        {
            ["BootstrapServers"] = kafka.BootstrapServers,
            ["Delivery"] = KafkaSettings.AtLeastOnce,
            ["CreateTopics"] = "false",
            ["QueryTimeoutMs"] = "3000",
            ["fetch.wait.max.ms"] = "5",
            ["session.timeout.ms"] = "2000", // the mock lets a reader that has left keep its share so long
            ["heartbeat.interval.ms"] = "100",
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
    public async Task A_reader_that_was_paused_during_a_rebalance_is_fenced()
    {
        await using var pausing = new KafkaEventLog(
            new(new Dictionary<string, string>
            {
                ["BootstrapServers"] = Broker!,
                ["max.poll.interval.ms"] = "6000",
                ["session.timeout.ms"] = "6000"
            }),
            TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        await AppendAsync(0, 8);
        await using var paused = await pausing.JoinAsync(Group, [Texts], Cancellation);
        var batches = await ReadAsync(paused, 8);
        await using var next = await JoinAsync();
        await CommitAsync(next, await ReadAsync(next, 8)); // comes when the group has given the other up, who polls no more

        await Assert.ThrowsAsync<BatchRevokedException>(
            () => paused.CommitAsync(batches[0], [batches[0].Records[0].ToOutput(Outputs)], Cancellation));

        Assert.Empty(await Log.ReadToEndAsync(Outputs, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_tail_reads_partitions_that_are_added_to_its_topic()
    {
        await using var log = new KafkaEventLog(
            new(
                new Dictionary<string, string>
                {
                    ["BootstrapServers"] = Broker!,
                    ["topic.metadata.refresh.interval.ms"] = "500"
                }), TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        var before = (await Log.DescribeAsync([Texts], Cancellation)).Count;
        await using var tail = log.TailAsync(Texts, null, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = tail.MoveNextAsync();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Broker }).Build();
        await admin.CreatePartitionsAsync([new() { Topic = Texts, IncreaseTo = before + 1 }]);
        await using var writer = await OpenAsync();
        await writer.AppendAsync([Text("added", partition: before)], Cancellation);

        Assert.True(await next);
        Assert.Equal("added", Value(Assert.Single(tail.Current)));
    }

    [Fact]
    public async Task Records_behind_a_hanging_transaction_are_read_after_the_broker_aborts_it()
    {
        using var dead = new ProducerBuilder<byte[], byte[]>(
            new ProducerConfig
            {
                BootstrapServers = Broker,
                TransactionalId = $"dead-{Guid.NewGuid():N}",
                TransactionTimeoutMs = 3000
            }).SetLogHandler(static (_, _) => { }).Build();
        dead.InitTransactions(TimeSpan.FromSeconds(10));
        dead.BeginTransaction();
        await dead.ProduceAsync(new TopicPartition(Texts, 0), new() { Value = "never"u8.ToArray() }, Cancellation);
        await Log.AppendAsync([Text("behind", partition: 0)], Cancellation);

        Assert.Empty(await Log.ReadToEndAsync(Texts, null, Cancellation).ToListAsync(Cancellation));
        Assert.Equal(
            ["behind"],
            (await Log.ReadToEndAsync(Texts, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation)).Select(Value));
    }

    [Fact]
    public async Task A_paused_exclusive_reader_cannot_write_after_another_took_over()
    {
        await using var pausing = new KafkaEventLog(
            new(new Dictionary<string, string>
            {
                ["BootstrapServers"] = Broker!,
                ["max.poll.interval.ms"] = "6000",
                ["session.timeout.ms"] = "6000"
            }),
            TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        await AppendAsync(0, 8);
        await using var paused = await pausing.JoinAsync(Group, [Texts], Cancellation, exclusive: true);
        await CommitAsync(paused, await ReadAsync(paused, 8));
        await AppendAsync(8, 12);
        await using var next = await Log.JoinAsync(Group, [Texts], Cancellation, exclusive: true);
        await ReadAsync(next, 4); // comes when the group has given the other up, who polls no more

        await Assert.ThrowsAsync<BatchRevokedException>(
            () => paused.CommitAsync(new(paused.Generation, []), [Text("too late") with { Topic = Outputs, Partition = 0 }], Cancellation));

        Assert.Empty(await Log.ReadToEndAsync(Outputs, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_batch_read_before_a_rebalance_cannot_be_committed()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 8).Select(n => Text($"{n}", partition: n % 4))], Cancellation);
        await using var first = await JoinAsync();
        var stale = (await ReadAsync(first, 8))[0];
        await using var second = await JoinAsync();
        var reads = Task.WhenAll(first.ReadAsync(8, Cancellation), second.ReadAsync(8, Cancellation));
        var again = Records(await reads);

        await Assert.ThrowsAsync<BatchRevokedException>(() => first.CommitAsync(stale, [stale.Records[0].ToOutput(Outputs)], Cancellation));

        Assert.Equal(0, (await Log.DescribeAsync([Outputs], Cancellation)).Sum(static p => p.End));
        Assert.NotEmpty(again);
    }

    [Fact]
    public async Task A_refused_commit_writes_nothing_and_its_batch_is_delivered_again()
    {
        await AppendAsync(0, 4);
        await using var reader = await JoinAsync();
        var batch = (await ReadAsync(reader, 4))[0];
        var tooLarge = new NewRecord(Outputs, null, new byte[KafkaSettings.MaxMessageBytes + 1], DateTimeOffset.UnixEpoch);

        await Assert.ThrowsAsync<BatchRevokedException>(
            () => reader.CommitAsync(batch, [batch.Records[0].ToOutput(Outputs), tooLarge], Cancellation));

        Assert.Empty(await Log.ReadToEndAsync(Outputs, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation));
        var again = await ReadAsync(reader, 4);
        Assert.Equal(Names(0, 4), Sorted(Records(again)));
        await CommitAsync(reader, again);
    }

    [Fact]
    public async Task An_atomic_append_stores_all_records_or_none()
    {
        var tooLarge = new NewRecord(Outputs, null, new byte[KafkaSettings.MaxMessageBytes + 1], DateTimeOffset.UnixEpoch);

        await Assert.ThrowsAnyAsync<KafkaException>(
            () => Log.AppendAsync([Text("a", partition: 0), Text("b", partition: 1), tooLarge], Cancellation, atomic: true));
        var positions = await Log.AppendAsync([Text("c", partition: 0), Text("d", partition: 1)], Cancellation, atomic: true);

        var records = await Log.ReadToEndAsync(Texts, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation);
        Assert.Equal(["c", "d"], Sorted(records));
        Assert.Equal(positions.ToHashSet(), records.Select(static record => record.Position).ToHashSet());
    }

    [Fact]
    public async Task Transaction_markers_are_neither_records_nor_lag()
    {
        await AppendAsync(0, 4);
        await using (var reader = await JoinAsync())
        {
            foreach (var batch in await ReadAsync(reader, 4))
                await reader.CommitAsync(batch, [.. batch.Records.Select(r => r.ToOutput(Outputs, partition: 0))], Cancellation);
        }

        await using var next = await Log.JoinAsync($"{Group}-next", [Outputs], Cancellation);
        await CommitAsync(next, await ReadAsync(next, 4));
        var waiting = next.ReadAsync(1, Cancellation); // reaches the end, behind the last mark
        while ((await Log.LagAsync($"{Group}-next", [Outputs], Cancellation)).Sum(static l => l.Lag) > 0)
            await Task.Yield();

        Assert.False(waiting.IsCompleted);
        var outputs = await Log.ReadToEndAsync(Outputs, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation);
        var partition = (await Log.DescribeAsync([Outputs], Cancellation))[0];
        Assert.Equal(4, outputs.Count);
        Assert.Equal(outputs[^1].Position, (await Log.FetchLastAsync(Outputs, 0, Cancellation))!.Position);
        Assert.True(partition.End > outputs[^1].Position.Offset + 1);
        Assert.Equal(0, partition.LagAt(outputs[^1].Position.Offset + 1));
        Assert.True(partition.LagAt(outputs[^1].Position.Offset) > 0);
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
