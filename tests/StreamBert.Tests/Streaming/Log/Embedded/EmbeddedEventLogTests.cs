using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Model.Manifests;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;

namespace StreamBert.Tests.Streaming.Log.Embedded;

public sealed class EmbeddedEventLogTests : EventLogContract
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"streambert-log-{Guid.NewGuid():N}");
    private readonly FakeTimeProvider _time = new(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task All_records_exist_after_closing_and_opening_again()
    {
        await AppendAsync(0, 20);
        await using (var reader = await JoinAsync())
            await reader.CommitAsync(await reader.ReadAsync(7, Cancellation), [Text("out", partition: 1)], Cancellation);
        var (described, lag) = (await Log.DescribeAsync(null, Cancellation), await Log.LagAsync(Group, [Texts], Cancellation));
        var records = await Log.ReadToEndAsync(Texts, null, Cancellation).ToListAsync(Cancellation);

        await Log.DisposeAsync();
        await using var reopened = await OpenAsync();

        Assert.Equal(described, await reopened.DescribeAsync(null, Cancellation));
        Assert.Equal(lag, await reopened.LagAsync(Group, [Texts], Cancellation));
        Assert.Equal(14, lag.Sum(static l => l.Lag));
        Assert.Equal(
            records.Select(Value),
            await reopened.ReadToEndAsync(Texts, null, Cancellation).Select(Value).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_full_disk_rejects_appends_loses_nothing_and_accepts_them_when_there_is_space_again()
    {
        await Log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        await using var full = EmbeddedEventLog.Open(
            new() { Directory = _directory, MaxFileBytes = 1024 * 1024 },
            _time,
            NullLogger<EmbeddedEventLog>.Instance);
        await full.CreateTopicsAsync([new(Texts, 1), new("out", 1)], Cancellation);
        var record = new NewRecord(Texts, null, new byte[10_000], _time.GetUtcNow());
        var appended = 0;
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(async () =>
        {
            for (; appended < 1_000; appended++)
                await full.AppendAsync([record], Cancellation);
        });
        Assert.Contains("free space", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(appended, 50, 200);

        await using var reader = await full.JoinAsync(Group, [Texts], Cancellation);
        var batch = await reader.ReadAsync(10, Cancellation);
        var revoked = await Assert.ThrowsAsync<BatchRevokedException>(
            () => reader.CommitAsync(batch, [.. batch.Records.Select(_ => record with { Topic = "out" })], Cancellation));
        Assert.IsType<LogUnavailableException>(revoked.InnerException);

        await full.CreateTopicsAsync([new(Texts, 1, MaxBytes: 200_000)], Cancellation);
        await full.SweepAsync(Cancellation);
        var again = await reader.ReadAsync(10, Cancellation);
        await reader.CommitAsync(again, [record with { Topic = "out" }], Cancellation);
        await full.AppendAsync([record], Cancellation);

        Assert.Equal(appended + 1, (await full.DescribeAsync([Texts], Cancellation)).Single().End);
        Assert.Equal(1, (await full.DescribeAsync(["out"], Cancellation)).Single().End);
    }

    [Fact]
    public async Task A_locked_directory_is_rejected_with_its_owner_and_a_remedy()
    {
        var refusal = await Assert.ThrowsAsync<LogInUseException>(OpenAsync);

        Assert.Contains($"process {Environment.ProcessId} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Kafka", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_read_before_a_rebalance_cannot_be_committed()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 10).Select(n => Text($"{n}", partition: n % 4))], Cancellation);
        await using var first = await JoinAsync();
        var stale = await first.ReadAsync(10, Cancellation);
        await using var second = await JoinAsync();

        await Assert.ThrowsAsync<BatchRevokedException>(() => first.CommitAsync(stale, [Text("never")], Cancellation));

        Assert.Equal(10, (await Log.DescribeAsync([Texts], Cancellation)).Sum(static p => p.End));
        var again = Records(await ReadAsync(first, 1)).Concat(Records(await ReadAsync(second, 1)));
        Assert.Equal(2, again.Select(static r => r.Position.Partition).Distinct().Count());
    }

    [Fact]
    public async Task A_reader_that_has_left_cannot_commit_or_read()
    {
        await AppendAsync(0, 5);
        var reader = await JoinAsync();
        var batch = await reader.ReadAsync(5, Cancellation);
        await reader.DisposeAsync();

        await Assert.ThrowsAsync<BatchRevokedException>(() => reader.CommitAsync(batch, [], Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.ReadAsync(5, Cancellation));
    }

    [Fact]
    public async Task Batches_cannot_be_committed_out_of_order_or_twice()
    {
        await AppendAsync(0, 10);
        await using var reader = await JoinAsync();
        var (one, two) = (await reader.ReadAsync(3, Cancellation), await reader.ReadAsync(3, Cancellation));

        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.CommitAsync(two, [], Cancellation));
        await reader.CommitAsync(one, [], Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.CommitAsync(one, [], Cancellation));
        await reader.CommitAsync(two, [], Cancellation);
    }

    [Fact]
    public async Task An_append_with_one_invalid_record_appends_none()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Log.AppendAsync([Text("a"), Text("b", partition: 9)], Cancellation));
        var unknown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Log.AppendAsync([Text("a"), Text("b") with { Topic = "nowhere" }], Cancellation));

        Assert.Contains("nowhere", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await Log.DescribeAsync([Texts], Cancellation)).Sum(static p => p.End));
    }

    [Fact]
    public async Task A_commit_that_the_disk_rejects_leaves_nothing_and_its_batch_is_read_again()
    {
        await AppendAsync(0, 6);
        await using var reader = await JoinAsync();
        var batch = await reader.ReadAsync(6, Cancellation);
        Execute("CREATE TRIGGER refuse BEFORE INSERT ON records WHEN NEW.value = x'ff' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");

        var failure = await Assert.ThrowsAsync<BatchRevokedException>(
            () => reader.CommitAsync(batch, [new(Outputs, null, [1], default), new(Outputs, null, [255], default)], Cancellation));
        await Assert.ThrowsAsync<LogUnavailableException>(() => Log.AppendAsync([new(Outputs, null, [255], default)], Cancellation));
        Execute("DROP TRIGGER refuse");

        Assert.Contains("the disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await Log.DescribeAsync([Outputs], Cancellation)).Sum(static p => p.End));
        var again = await reader.ReadAsync(6, Cancellation);
        Assert.Equal(batch.Records.Select(static r => r.Position), again.Records.Select(static r => r.Position));
        await reader.CommitAsync(again, [new(Outputs, null, [255], default) { Partition = 0 }], Cancellation);
        Assert.Equal(0, (await Log.FetchLastAsync(Outputs, 0, Cancellation))!.Position.Offset);
    }

    [Fact]
    public async Task Records_older_than_the_topics_age_are_deleted_and_the_others_are_kept()
    {
        await Log.CreateTopicsAsync([new(Texts, 4, MaxAge: TimeSpan.FromHours(1))], Cancellation);
        await Log.AppendAsync([Text("old", partition: 0), Text("old", partition: 0)], Cancellation);
        _time.Advance(TimeSpan.FromMinutes(59));
        await Log.AppendAsync([Text("young", partition: 0)], Cancellation);
        _time.Advance(TimeSpan.FromMinutes(2));

        await ((EmbeddedEventLog)Log).SweepAsync(Cancellation);

        Assert.Equal(new PartitionInfo(Texts, 0, 2, 3), (await Log.DescribeAsync([Texts], Cancellation))[0]);
        Assert.Null(await Log.FetchAsync(new(Texts, 0, 1), Cancellation));
        await using var reader = await JoinAsync();
        Assert.Equal("young", Value(Assert.Single((await reader.ReadAsync(10, Cancellation)).Records)));
    }

    [Fact]
    public async Task A_full_partition_loses_its_oldest_records_but_never_its_last()
    {
        await Log.CreateTopicsAsync([new(Texts, 4, MaxBytes: 1000)], Cancellation);
        await Log.AppendAsync(
            [.. Enumerable.Range(0, 5000).Select(n => Text($"{n:D10}", partition: 0)), Text(new string('x', 5000), partition: 1)],
            Cancellation);

        await ((EmbeddedEventLog)Log).SweepAsync(Cancellation);

        var described = await Log.DescribeAsync([Texts], Cancellation);
        Assert.Equal(new PartitionInfo(Texts, 0, 4900, 5000), described[0]);
        Assert.Equal(new PartitionInfo(Texts, 1, 0, 1), described[1]);
    }

    [Fact]
    public async Task A_reader_continues_after_the_records_that_retention_deleted()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 100).Select(n => Text($"{n:D10}", partition: 0))], Cancellation);
        await using var reader = await JoinAsync();
        await reader.CommitAsync(await reader.ReadAsync(10, Cancellation), [], Cancellation);
        await Log.CreateTopicsAsync([new(Texts, 4, MaxBytes: 100)], Cancellation);

        await ((EmbeddedEventLog)Log).SweepAsync(Cancellation);

        Assert.Equal(90, (await reader.ReadAsync(100, Cancellation)).Records[0].Position.Offset);
    }

    [Fact]
    public async Task Retention_sweeps_by_itself_as_time_passes()
    {
        await Log.CreateTopicsAsync([new(Texts, 4, MaxAge: TimeSpan.FromSeconds(90))], Cancellation);
        await Log.AppendAsync([Text("old", partition: 0)], Cancellation);
        var begun = 0L;
        while (begun == 0)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
            begun = (await Log.DescribeAsync([Texts], Cancellation))[0].Begin;
        }

        Assert.Equal(1, begun);
    }

    [Fact]
    public async Task Each_text_has_one_outcome_while_readers_join_and_leave_and_texts_arrive()
    {
        const int Count = 3000;
        var committed = 0;
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var producing = Parallel.ForEachAsync(
            Enumerable.Range(0, Count / 10),
            Cancellation,
            async (n, _) => await AppendAsync(n * 10, (n * 10) + 10));
        var staying = AnswerAsync(int.MaxValue);
        for (var i = 0; i < 10; i++)
            await AnswerAsync(3);
        await producing;
        await staying;

        Assert.Equal(Names(0, Count), Sorted(await Log.ReadToEndAsync(Outputs, null, Cancellation).ToListAsync(Cancellation)));

        async Task AnswerAsync(int batches)
        {
            await using var reader = await JoinAsync();
            for (var i = 0; i < batches && !answered.IsCancellationRequested; i++)
            {
                if (await AnswerOneAsync(reader) is var count && Interlocked.Add(ref committed, count) >= Count)
                    await answered.CancelAsync();
            }
        }

        async Task<int> AnswerOneAsync(IGroupReader reader)
        {
            try
            {
                var batch = await reader.ReadAsync(20, answered.Token);
                await reader.CommitAsync(
                    batch,
                    [.. batch.Records.Select(r => new NewRecord(Outputs, r.Key, r.Value, r.Timestamp))],
                    Cancellation);
                return batch.Records.Count;
            }
            catch (Exception e) when (e is BatchRevokedException or OperationCanceledException)
            {
                return 0;
            }
        }
    }

    [Fact]
    public async Task A_record_whose_headers_or_timestamp_cannot_be_decoded_is_marked_and_those_around_it_are_read()
    {
        await Log.AppendAsync([.. Enumerable.Range(0, 5).Select(n => Text($"{n}", partition: 1))], Cancellation);
        await Log.DisposeAsync();
        Execute("UPDATE records SET headers = x'09FF' WHERE id & 4095 = 1; UPDATE records SET timestamp = 9223372036854775807 WHERE id & "
            + "4095 = 3");
        await using var damaged = await OpenAsync();
        await using var reader = await damaged.JoinAsync(Group, [Texts], Cancellation);

        var read = new List<LogRecord>();
        while (read.Count < 5)
            read.AddRange((await reader.ReadAsync(10, Cancellation)).Records);

        Assert.All(read, static record => Assert.Equal(record.Position.Offset is 1 or 3, record.Damage is not null));
        Assert.Contains(read, static record => record.Damage?.Contains("headers", StringComparison.Ordinal) == true);
        Assert.All(read, static record => Assert.NotNull(record.Value));
    }

    [Fact]
    public async Task Waiting_readers_end_when_the_log_closes()
    {
        var reader = await JoinAsync();
        var waiting = reader.ReadAsync(1, Cancellation);

        await Log.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Log.AppendAsync([Text("late")], Cancellation));
        await reader.DisposeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    protected override Task<IEventLog> OpenAsync() => Task.FromResult<IEventLog>(
        EmbeddedEventLog.Open(new() { Directory = _directory }, _time, NullLogger<EmbeddedEventLog>.Instance));

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "log.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
