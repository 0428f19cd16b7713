using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Operations.Ledger;

public sealed class LedgerTests : IAsyncDisposable
{
    private const string Input = "texts.financial-news";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streambert-ledger-");
    private readonly PipelineCatalog _pipelines = new(DefaultPipelines.All);
    private readonly EmbeddedEventLog _log;

    public LedgerTests() => _log = EmbeddedEventLog.Open(
        new() { Directory = _directory.FullName },
        TimeProvider.System,
        NullLogger<EmbeddedEventLog>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_partition_balances_by_itself_without_a_state_store()
    {
        await CreateAsync();
        await TextsAsync(0, 6);
        await TextsAsync(1, 3);
        await WorkAsync(7);
        var (counter, updater) = await StartAsync();

        var line = (await ReadAsync(counter)).Topics.Single(static line => line.Topic == Input);
        await updater.StopAsync(Cancellation);

        Assert.Equal((9, 6, 1, 2), (line.In, line.Out!.Value, line.DeadLettered!.Value, line.InFlight));
        Assert.Equal("financial-news", line.Pipeline);
        Assert.Equal(2, line.Partitions.Count);
        Assert.All(line.Partitions, static partition => Assert.True(partition.Balanced));
    }

    [Fact]
    public async Task A_read_while_the_service_stops_is_cancelled()
    {
        await CreateAsync();
        var (counter, updater) = await StartAsync();
        var reader = new LedgerReader(_log, counter, _pipelines, TimeProvider.System);
        reader.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(Cancellation));
        await updater.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Counted_outcomes_remain_counted_after_retention_and_a_restart()
    {
        await CreateAsync();
        await TextsAsync(0, 6);
        await WorkAsync(6);
        var (counter, updater) = await StartAsync();
        Assert.Equal(5, (await ReadAsync(counter)).Total.Out);
        await updater.StopAsync(Cancellation);
        await KeepLastAsync();

        (counter, updater) = await StartAsync();
        await TextsAsync(0, 2);
        await WorkAsync(2);
        var total = (await ReadAsync(counter)).Total;
        await updater.StopAsync(Cancellation);

        Assert.Equal((8, 6, 2, 0), (total.In, total.Out!.Value, total.DeadLettered!.Value, total.InFlight));
        Assert.True(total.Balanced);
    }

    [Fact]
    public async Task Outcomes_that_retention_deletes_uncounted_make_the_ledger_incomplete()
    {
        await CreateAsync();
        await TextsAsync(0, 6);
        await WorkAsync(6);
        await KeepLastAsync();
        var (counter, updater) = await StartAsync();

        var view = await ReadAsync(counter);
        await updater.StopAsync(Cancellation);

        Assert.Null(view.Total.Out);
        Assert.Null(view.Total.Balanced);
        Assert.Contains("streambert verify", view.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicate_outcomes_count_once_across_a_restart()
    {
        await CreateAsync();
        await TextsAsync(0, 10);
        await DeliverAsync([1, 3, 4]); // of a read of five a part was written before the worker failed
        var (counter, updater) = await StartAsync();
        await AssertBalancedAsync(counter, classified: 3, inFlight: 7);
        await DeliverAsync([0, 1, 2, 3, 4]);
        await AssertBalancedAsync(counter, classified: 4, dead: 1, inFlight: 5);
        await updater.StopAsync(Cancellation);

        (counter, updater) = await StartAsync();
        await _log.AppendAsync(
            [.. Enumerable.Range(0, 5).Select(static offset => Letter(new(Input, 0, offset)) with { Partition = 1 })],
            Cancellation);
        await WorkAsync(10);
        await AssertBalancedAsync(counter, classified: 8, dead: 2, inFlight: 0);
        await updater.StopAsync(Cancellation);
    }

    [Fact]
    public async Task The_ledger_balances_under_load()
    {
        await CreateAsync();
        await TextsAsync(0, 2_000);
        await TextsAsync(1, 2_000);
        var (counter, updater) = await StartAsync();

        var work = WorkAsync(4_000, batch: 20);
        var views = new List<LedgerView>();
        while (!work.IsCompleted)
            views.Add(await ReadAsync(counter));
        await work;
        await updater.StopAsync(Cancellation);

        Assert.All(views.Where(static view => view.Uncounted == 0), static view => Assert.True(view.Total.Balanced, view.ToString()));
        Assert.Contains(views, static view => view is { Uncounted: 0, Total.InFlight: > 0 });
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private Task CreateAsync() => _log.CreateTopicsAsync(TopicPlan.For(_pipelines, new() { Partitions = 2 }), Cancellation);

    private Task TextsAsync(int partition, int count) => _log.AppendAsync(
        [.. Enumerable.Repeat(
            new NewRecord(Input, null, Encoding.UTF8.GetBytes("{}"), Some.Noon) { Partition = partition },
            count)], Cancellation);

    /// <summary>Commits records with an outcome each; of the first partition one in five is a dead letter.</summary>
    private async Task WorkAsync(int count, int batch = int.MaxValue)
    {
        await using var reader = await _log.JoinAsync(ConsumerGroups.Inference, [Input], Cancellation);
        for (var left = count; left > 0;)
        {
            var read = await reader.ReadAsync(Math.Min(left, batch), Cancellation);
            await reader.CommitAsync(read, [.. read.Records.Select(static record => Outcome(record.Position))], Cancellation);
            left -= read.Records.Count;
        }
    }

    private static NewRecord Outcome(RecordPosition position)
    {
        var origin = position;
        return position is { Partition: 0, Offset: var offset } && offset % 5 == 2
            ? Letter(origin)
            : new(Topics.Predictions, null, Wire.Serialize(Some.Prediction("a") with { Origin = origin }), Some.Noon) { Partition = 0 };
    }

    private static NewRecord Letter(RecordPosition origin) =>
        new(Topics.DeadLetter, null, Wire.Serialize(Some.DeadLetter() with { Origin = origin }), Some.Noon) { Partition = 0 };

    [Fact]
    public async Task A_truncated_topic_starts_with_its_first_record()
    {
        await CreateAsync();
        await TextsAsync(0, 6);
        await _log.CreateTopicsAsync([new(Input, 2, MaxBytes: 1)], Cancellation);
        await _log.SweepAsync(Cancellation);
        var removed = (await _log.DescribeAsync([Input], Cancellation))[0].Begin;
        Assert.True(removed > 0);
        await WorkAsync(6 - (int)removed);
        var (counter, updater) = await StartAsync();

        var total = (await ReadAsync(counter)).Total;
        await updater.StopAsync(Cancellation);
        (counter, updater) = await StartAsync();
        var after = (await ReadAsync(counter)).Total;
        await updater.StopAsync(Cancellation);

        Assert.Equal(6 - removed, total.In);
        Assert.True(total.Balanced);
        Assert.Equal(total, after with { Partitions = total.Partitions });
    }

    [Fact]
    public async Task It_resumes_from_a_checkpoint_without_inputs()
    {
        await CreateAsync();
        await TextsAsync(0, 6);
        await WorkAsync(6);
        await _log.AppendAsync([new(
            Topics.LedgerState,
            null,
            Encoding.UTF8.GetBytes("""{"counts":{},"positions":{},"isComplete":true}"""),
            Some.Noon) { Partition = 0 }], Cancellation);
        var (counter, updater) = await StartAsync();

        var total = (await ReadAsync(counter)).Total;
        await updater.StopAsync(Cancellation);

        Assert.Equal(6, total.In);
        Assert.True(total.Balanced);
    }

    [Fact]
    public void Offsets_without_records_are_not_counted()
    {
        var counter = new LedgerCounter();
        counter.Restore(LedgerSnapshot.Empty, []);
        counter.Register([new(Input, 0, 10, 10)]);
        counter.ResumeScan([new(Input, 0, 10, 10)]);
        counter.Advance([.. new[] { 10, 11, 14, 17 }.Select(
            static offset => new LogRecord(new(Input, 0, offset), null, [], new Dictionary<string, byte[]>(), Some.Noon))]);

        var snapshot = counter.GetSnapshot()!;

        Assert.Equal(4, snapshot.CountRecords(new(Input, 0, 0, 20) { Begin = 12, RecordsEnd = 18 })); // two marks at the end
        Assert.Equal(6, snapshot.CountRecords(new(Input, 0, 0, 20) { Begin = 12 })); // what has come since, as long as nobody has read it
        Assert.Equal((0, 2), (snapshot.CountUnscannedOffsets([new(Input, 0, 0, 20) { RecordsEnd = 18 }]),
            snapshot.CountUnscannedOffsets([new(Input, 0, 0, 20)])));
    }

    /// <summary>Appends outcomes of the first partition that no worker commits.</summary>
    private Task DeliverAsync(IEnumerable<long> offsets) =>
        _log.AppendAsync([.. offsets.Select(static offset => Outcome(new(Input, 0, offset)))], Cancellation);

    private async Task AssertBalancedAsync(LedgerCounter counter, long classified, int inFlight, long dead = 0)
    {
        var total = (await ReadAsync(counter)).Total;
        Assert.Equal((classified, dead, inFlight), (total.Out!.Value, total.DeadLettered!.Value, total.InFlight));
        Assert.True(total.Balanced);
    }

    private async Task<(LedgerCounter Counter, LedgerUpdater Updater)> StartAsync()
    {
        var counter = new LedgerCounter();
        var updater = new LedgerUpdater(
            _log,
            counter,
            _pipelines,
            new(NullLogger<UnusableRecords>.Instance),
            new(TimeProvider.System, NullLogger<Supervisor>.Instance),
            TimeProvider.System,
            NullLogger<LedgerUpdater>.Instance);
        await updater.StartAsync(Cancellation);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (counter.GetSnapshot() is null)
            await pause.WaitForNextTickAsync(Cancellation);
        return (counter, updater);
    }

    private async Task<LedgerView> ReadAsync(LedgerCounter counter)
    {
        using var reader = new LedgerReader(_log, counter, _pipelines, TimeProvider.System);
        return await reader.ReadAsync(Cancellation);
    }

    private async Task KeepLastAsync()
    {
        await _log.CreateTopicsAsync([new(Topics.Predictions, 2, MaxBytes: 1)], Cancellation);
        await _log.SweepAsync(Cancellation);
    }
}
