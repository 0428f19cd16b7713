using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Streaming.Log;

/// <summary>What both engines promise. Each test has topics and groups of its own, so that one broker serves them all.</summary>
public abstract class EventLogContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    protected IEventLog Log { get; private set; } = null!;
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    protected string Texts => $"texts-{_suffix}";
    protected string Outputs => $"outputs-{_suffix}";
    protected string Group => $"group-{_suffix}";

    public virtual async ValueTask InitializeAsync()
    {
        Log = await OpenAsync();
        await Log.CreateTopicsAsync([new(Texts, 4), new(Outputs, 4)], Cancellation);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Log is not null)
            await Log.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Disposing_twice_has_no_effect()
    {
        await Log.DisposeAsync();

        await Log.DisposeAsync();
    }

    [Fact]
    public async Task Records_come_back_as_they_were_appended()
    {
        var sent = new NewRecord(Texts, "key"u8.ToArray(), [0, 255, 10, 13], Noon.AddMilliseconds(7))
        {
            Headers = new Dictionary<string, byte[]> { ["type"] = "T"u8.ToArray(), ["empty"] = [] },
            Partition = 2,
        };
        var positions = await Log.AppendAsync([sent, new(Texts, null, null, Noon) { Partition = 2 }], Cancellation);

        var records = await Log.ReadToEndAsync(Texts, null, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([new RecordPosition(Texts, 2, 0), new RecordPosition(Texts, 2, 1)], positions);
        Assert.Equal(positions, records.Select(static r => r.Position));
        Assert.Equal(sent.Key, records[0].Key);
        Assert.Equal(sent.Value, records[0].Value);
        Assert.Equal(sent.Timestamp, records[0].Timestamp);
        Assert.Equal(sent.Headers, records[0].Headers);
        Assert.Null(records[1].Key);
        Assert.Null(records[1].Value);
        Assert.Empty(records[1].Headers);
    }

    [Fact]
    public async Task Keys_choose_the_partition_that_kafkas_java_producer_chooses()
    {
        var keys = Enumerable.Range(0, 40).Select(static i => $"AAPL-{i}").ToList();

        var positions = await Log.AppendAsync([.. keys.Select(k => Text(k, key: k))], Cancellation);

        Assert.Equal(keys.Select(static k => KeyPartitioner.PartitionFor(Encoding.UTF8.GetBytes(k), 4)),
            positions.Select(static p => p.Partition));
    }

    [Fact]
    public async Task A_partition_keeps_its_order_and_counts_without_gaps()
    {
        for (var i = 0; i < 10; i++)
            await Log.AppendAsync([.. Enumerable.Range(i * 10, 10).Select(n => Text($"{n}", partition: 1))], Cancellation);

        var records = await Log.ReadToEndAsync(Texts, null, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(Enumerable.Range(0, 100).Select(static n => $"{n}"), records.Select(Value));
        Assert.Equal(Enumerable.Range(0, 100).Select(static n => (long)n), records.Select(static r => r.Position.Offset));
    }

    [Fact]
    public async Task A_group_starts_at_the_beginning_and_resumes_at_its_committed_offsets()
    {
        await AppendAsync(0, 10);
        await using (var reader = await JoinAsync())
            await CommitAsync(reader, await ReadAsync(reader, 10));
        await AppendAsync(10, 15);

        await using var next = await JoinAsync();

        Assert.Equal(Names(10, 15), Sorted(Records(await ReadAsync(next, 5))));
    }

    [Fact]
    public async Task Uncommitted_records_are_read_again()
    {
        await AppendAsync(10, 20);
        await using (var reader = await JoinAsync())
            await ReadAsync(reader, 10);

        await using var next = await JoinAsync();

        Assert.Equal(Names(10, 20), Sorted(Records(await ReadAsync(next, 10))));
    }

    [Fact]
    public async Task A_commit_appends_the_outputs_and_commits_the_offsets()
    {
        await AppendAsync(0, 8);
        await using var reader = await JoinAsync();

        foreach (var batch in await ReadAsync(reader, 8))
        {
            await reader.CommitAsync(
                batch,
                [.. batch.Records.Select(r => new NewRecord(Outputs, r.Key, r.Value, r.Timestamp))],
                Cancellation);
        }

        Assert.Equal(Names(0, 8), Sorted(
            await Log.ReadToEndAsync(Outputs, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation)));
        Assert.Equal(0, (await Log.LagAsync(Group, [Texts], Cancellation)).Sum(static l => l.Lag));
    }

    [Fact]
    public async Task A_reader_may_run_ahead_of_its_commits()
    {
        await AppendAsync(0, 30);
        await using var reader = await JoinAsync();
        var batches = new List<ReadBatch>();
        while (batches.Sum(static b => b.Records.Count) < 30)
            batches.Add(await reader.ReadAsync(7, Cancellation));

        await CommitAsync(reader, batches);

        Assert.All(batches, static b => Assert.InRange(b.Records.Count, 1, 7));
        Assert.Equal(0, (await Log.LagAsync(Group, [Texts], Cancellation)).Sum(static l => l.Lag));
    }

    [Fact]
    public async Task Batches_joined_are_committed_in_one_step()
    {
        await AppendAsync(0, 30);
        await using var reader = await JoinAsync();
        var batches = new List<ReadBatch>();
        while (batches.Sum(static b => b.Records.Count) < 30)
            batches.Add(await reader.ReadAsync(7, Cancellation));

        await reader.CommitAsync(ReadBatch.Join(batches[..^1]), [Text("outcome") with { Topic = Outputs }], Cancellation);

        Assert.Equal(batches[^1].Records.Count, (await Log.LagAsync(Group, [Texts], Cancellation)).Sum(static l => l.Lag));
        await reader.CommitAsync(batches[^1], [], Cancellation);
        Assert.Single(await Log.ReadToEndAsync(Outputs, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Every_group_reads_everything()
    {
        await AppendAsync(0, 12);
        await using var bulk = await Log.JoinAsync(Group, [Texts], Cancellation);
        await using var other = await Log.JoinAsync($"{Group}-other", [Texts], Cancellation);

        Assert.Equal(Names(0, 12), Sorted(Records(await ReadAsync(bulk, 12))));
        Assert.Equal(Names(0, 12), Sorted(Records(await ReadAsync(other, 12))));
    }

    [Fact]
    public async Task A_read_waits_for_the_first_record_and_can_be_cancelled()
    {
        await using var reader = await JoinAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var cancelled = reader.ReadAsync(10, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        var waiting = reader.ReadAsync(10, Cancellation);
        Assert.False(waiting.IsCompleted);
        await Log.AppendAsync([Text("a")], Cancellation);

        Assert.Equal("a", Value(Assert.Single((await waiting).Records)));
    }

    [Fact]
    public async Task Readers_of_a_group_share_the_partitions_and_the_last_takes_over()
    {
        await using var first = await JoinAsync();
        var second = await JoinAsync();
        var (mine, others) = await BothAssignedAsync(first, second);
        await second.DisposeAsync();

        await Log.AppendAsync([.. Enumerable.Range(0, 4).Select(p => Text($"{p}", partition: p))], Cancellation);
        var records = Records(await ReadAsync(first, 4));

        Assert.Equal([0, 1, 2, 3], mine.Concat(others).Order());
        Assert.Equal([0, 1, 2, 3], records.Select(static r => r.Position.Partition).Order());
    }

    [Fact]
    public async Task A_tail_from_the_ends_reads_new_records_only()
    {
        await AppendAsync(0, 5);
        await using var tail = Log.TailAsync(Texts, null, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = tail.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
            await Log.AppendAsync([Text("new")], Cancellation); // the first may come before Kafka has told the tail the ends

        Assert.True(await next);
        Assert.All(tail.Current, static record => Assert.Equal("new", Value(record)));
    }

    [Fact]
    public async Task A_tail_from_offsets_reads_stored_and_then_new_records()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 4).Select(n => Text($"{n}", partition: 3))], Cancellation);
        await Log.AppendAsync([Text("other", partition: 0)], Cancellation);
        var tail = Log.TailAsync(Texts, new Dictionary<int, long> { [3] = 2 }, Cancellation).GetAsyncEnumerator(Cancellation);

        var seen = new List<string>();
        while (seen.Count < 3 && await tail.MoveNextAsync())
            seen.AddRange(tail.Current.Select(Value));
        await Log.AppendAsync([Text("later", partition: 3)], Cancellation);
        Assert.True(await tail.MoveNextAsync());
        seen.AddRange(tail.Current.Select(Value));
        await tail.DisposeAsync();

        Assert.Equal(["2", "3", "later", "other"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reading_to_the_end_stops_at_the_end_of_the_call()
    {
        await AppendAsync(0, 5);
        var seen = new List<string>();
        await foreach (var record in Log.ReadToEndAsync(Texts, null, Cancellation))
        {
            seen.Add(Value(record));
            await Log.AppendAsync([Text($"after-{seen.Count}")], Cancellation);
        }

        Assert.Equal(Names(0, 5), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reading_an_empty_topic_to_its_end_completes() =>
        Assert.Empty(await Log.ReadToEndAsync(Texts, null, Cancellation).ToListAsync(Cancellation));

    [Fact]
    public async Task One_record_can_be_fetched_and_a_missing_one_is_null()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 3).Select(n => Text($"{n}", partition: 1))], Cancellation);

        Assert.Equal("1", Value((await Log.FetchAsync(new(Texts, 1, 1), Cancellation))!));
        Assert.Equal("2", Value((await Log.FetchLastAsync(Texts, 1, Cancellation))!));
        Assert.Null(await Log.FetchAsync(new(Texts, 1, 3), Cancellation));
        Assert.Null(await Log.FetchAsync(new(Texts, 0, 0), Cancellation));
        Assert.Null(await Log.FetchLastAsync(Texts, 0, Cancellation));
    }

    [Fact]
    public async Task Ends_and_lag_are_reported_for_every_partition()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 6).Select(n => Text($"{n}", partition: n % 2))], Cancellation);
        await using (var reader = await JoinAsync())
        {
            await CommitAsync(reader, await ReadAsync(reader, 6));
            await Log.AppendAsync([Text("more", partition: 1)], Cancellation);

            var described = await Log.DescribeAsync([Texts], Cancellation);
            var lag = await Log.LagAsync(Group, [Texts], Cancellation);

            Assert.Equal([(0, 0L, 3L), (1, 0L, 4L), (2, 0L, 0L), (3, 0L, 0L)], described.Select(static p => (p.Partition, p.Begin, p.End)));
            Assert.Equal([(0, 3L, 0L), (1, 3L, 1L), (2, 0L, 0L), (3, 0L, 0L)], lag.Select(static l => (l.Partition, l.Committed, l.Lag)));
        }
        Assert.Equal(7, (await Log.LagAsync($"{Group}-unknown", [Texts], Cancellation)).Sum(static l => l.Lag));
        Assert.Contains(await Log.DescribeAsync(null, Cancellation), p => p.Topic == Texts);
    }

    [Fact]
    public async Task Creating_topics_again_changes_nothing()
    {
        await AppendAsync(0, 3);

        await Log.CreateTopicsAsync([new(Texts, 4)], Cancellation);

        Assert.Equal(3, (await Log.DescribeAsync([Texts], Cancellation)).Sum(static p => p.End));
    }

    protected abstract Task<IEventLog> OpenAsync();

    protected Task<IGroupReader> JoinAsync() => Log.JoinAsync(Group, [Texts], Cancellation);

    protected NewRecord Text(string value, string? key = null, int? partition = null) =>
        new(Texts, key is null ? null : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), Noon) { Partition = partition };

    protected Task<IReadOnlyList<RecordPosition>> AppendAsync(int from, int to) =>
        Log.AppendAsync([.. Names(from, to).Select(n => Text(n, key: n))], Cancellation);

    protected static IEnumerable<string> Names(int from, int to) => Enumerable.Range(from, to - from).Select(static n => $"{n:D4}");

    [Fact]
    public async Task An_exclusive_reader_has_all_partitions_and_another_takes_over_when_it_leaves()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 8).Select(n => Text($"{n}", partition: n % 4))], Cancellation);
        var first = await Log.JoinAsync(Group, [Texts], Cancellation, exclusive: true);
        var batches = await ReadAsync(first, 8);
        await CommitAsync(first, batches);
        await using var second = await Log.JoinAsync(Group, [Texts], Cancellation, exclusive: true);
        await first.DisposeAsync();
        await Log.AppendAsync([.. Enumerable.Range(8, 8).Select(n => Text($"{n}", partition: n % 4))], Cancellation);

        var records = Records(await ReadAsync(second, 8)).ToList();

        Assert.Equal([0, 1, 2, 3], Records(batches).Select(static record => record.Position.Partition).Distinct().Order());
        Assert.Equal(Enumerable.Range(8, 8).Select(static n => $"{n}").Order(StringComparer.Ordinal), Sorted(records));
    }

    [Fact]
    public async Task A_batch_without_records_commits_outputs_until_another_reader_takes_over()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 4).Select(n => Text($"{n}", partition: n))], Cancellation);
        var first = await Log.JoinAsync(Group, [Texts], Cancellation, exclusive: true);
        await CommitAsync(first, await ReadAsync(first, 4));
        var generation = first.Generation;
        await first.CommitAsync(new(generation, []), [new(Outputs, null, "in time"u8.ToArray(), Noon)], Cancellation);

        await first.DisposeAsync();
        await using var second = await Log.JoinAsync(Group, [Texts], Cancellation, exclusive: true);
        await Log.AppendAsync([Text("4", partition: 0)], Cancellation);
        var batch = (await ReadAsync(second, 1))[0];

        await Assert.ThrowsAnyAsync<Exception>(
            () => first.CommitAsync(new(generation, []), [new(Outputs, null, "too late"u8.ToArray(), Noon)], Cancellation));
        Assert.Equal("4", Value(batch.Records[0]));
        Assert.Equal(["in time"], Sorted(
            await Log.ReadToEndAsync(Outputs, null, Cancellation, awaitOpenTransactions: true).ToListAsync(Cancellation)));
    }

    protected static string Value(LogRecord record) => Encoding.UTF8.GetString(record.Value!);

    /// <summary>Reads until so many records have come under one generation.</summary>
    protected static async Task<IReadOnlyList<ReadBatch>> ReadAsync(IGroupReader reader, int count)
    {
        var batches = new List<ReadBatch>();
        while (batches.Sum(static b => b.Records.Count) < count)
        {
            var batch = await reader.ReadAsync(count, Cancellation);
            batches.RemoveAll(b => b.Generation != batch.Generation);
            batches.Add(batch);
        }
        return batches;
    }

    protected static async Task CommitAsync(IGroupReader reader, IReadOnlyList<ReadBatch> batches)
    {
        foreach (var batch in batches)
            await reader.CommitAsync(batch, [], Cancellation);
    }

    protected static IEnumerable<LogRecord> Records(IEnumerable<ReadBatch> batches) => batches.SelectMany(static b => b.Records);

    protected static IEnumerable<string> Sorted(IEnumerable<LogRecord> records) => records.Select(Value).Order(StringComparer.Ordinal);

    /// <summary>Lets both readers read (there is nothing) until they have divided the four partitions between them.</summary>
    private static async Task<(HashSet<int> First, HashSet<int> Second)> BothAssignedAsync(IGroupReader first, IGroupReader second)
    {
        var (mine, others, gate) = (new HashSet<int>(), new HashSet<int>(), new Lock());
        var divided = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Watch(first, mine);
        Watch(second, others);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reads = Task.WhenAll(first.ReadAsync(1, stop.Token), second.ReadAsync(1, stop.Token));
        await Task.WhenAny(divided.Task, reads);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reads);
        return ([.. mine], [.. others]);

        void Watch(IGroupReader reader, HashSet<int> partitions) => reader.AssignmentChanged += change =>
        {
            lock (gate)
            {
                partitions.ExceptWith(change.Revoked.Select(static p => p.Partition));
                partitions.UnionWith(change.Assigned.Select(static p => p.Partition));
                if (mine.Count == 2 && others.Count == 2)
                    divided.TrySetResult();
            }
        };
    }
}
