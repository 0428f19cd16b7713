using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Operations.Ledger;

/// <summary>
/// Updates the <see cref="LedgerCounter"/>: restores its last checkpoint, follows the output topics, and writes a checkpoint periodically
/// and at shutdown.
/// </summary>
internal sealed class LedgerUpdater(
    IEventLog log, LedgerCounter counter, PipelineCatalog pipelines, UnusableRecords faults, Supervisor supervisor, TimeProvider time,
    ILogger<LedgerUpdater> logger) : BackgroundService
{
    private const string Name = "The ledger";
    private const string Reader = "ledger";
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(30);
    private readonly HashSet<string> _inputs = [.. LedgerTopics.GetInputs(pipelines)];
    private LedgerSnapshot _saved = LedgerSnapshot.Empty;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySaveAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await supervisor.RunOnceAsync(Name, RestoreAsync, stoppingToken);
            var loops = LedgerTopics.Outputs.Select(topic => SuperviseAsync(topic, CountOutputsAsync, stoppingToken));
            if (log.HasTransactionMarkers)
                loops = loops.Concat(_inputs.Select(topic => SuperviseAsync(topic, ScanInputAsync, stoppingToken)));
            await Task.WhenAll(loops.Append(SavePeriodicallyAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops before the log has answered.
        }
    }

    private Task SuperviseAsync(string topic, Func<string, Action, CancellationToken, Task> loop, CancellationToken cancellation) =>
        supervisor.RunAsync(Name, (progressed, token) => loop(topic, progressed, token), cancellation);

    private async Task RestoreAsync(CancellationToken cancellation)
    {
        var outputs = await log.DescribeAsync(LedgerTopics.Outputs, cancellation);
        _saved = await CheckpointFinder.FindLastAsync(log, Topics.LedgerState, 0, record => ReadCheckpoint(record, outputs), cancellation)
            ?? LedgerSnapshot.Empty;
        var inputs = await log.DescribeAsync(_inputs, cancellation);
        counter.Restore(_saved, outputs);
        counter.Register(inputs);
    }

    /// <summary>
    /// Reads a checkpoint. An unreadable one, or one beyond the end of the log, is skipped in favour of the one before it.
    /// </summary>
    private LedgerSnapshot? ReadCheckpoint(LogRecord record, IReadOnlyList<PartitionInfo> outputs)
    {
        if (JsonRecord.TryRead(
            record, LedgerSnapshotContext.Default.LedgerSnapshot, static read => read.IsValid, "a checkpoint of the ledger",
            out var snapshot, out var fault))
        {
            if (!outputs.Any(output => snapshot.Positions.GetValueOrDefault(PartitionKey.Of(output.Topic, output.Partition)) > output.End))
                return snapshot;
            fault = RecordFault.InvalidEvent("a checkpoint beyond the end of the topics that it counts");
        }
        faults.Report(Reader, record.Position, fault, "The ledger uses the checkpoint before it; if there is none, it counts all "
            + "outputs again.");
        return null;
    }

    private async Task CountOutputsAsync(string topic, Action progressed, CancellationToken cancellation)
    {
        var positions = counter.GetPositions(await log.DescribeAsync([topic], cancellation));
        var bounds = new LogBounds(log);
        await foreach (var records in log.TailAsync(topic, positions, cancellation))
        {
            await CountAsync(records, bounds, cancellation);
            progressed();
        }
    }

    /// <summary>
    /// Counts outputs. An outcome of a record that the input topic does not hold counts as unreadable, so that it is not taken for the
    /// outcome of a future record.
    /// </summary>
    private async Task CountAsync(IReadOnlyList<LogRecord> records, LogBounds bounds, CancellationToken cancellation)
    {
        var outputs = records.Select(static record =>
        {
            OutputReference.TryRead(record, out var reference, out var fault);
            return (record.Position, reference?.Origin, Fault: fault);
        }).ToList();
        var origins = outputs.Select(static output => output.Origin).OfType<RecordPosition>()
            .Where(origin => _inputs.Contains(origin.Topic));
        await bounds.RefreshAsync(origins, cancellation);
        var unreadable = counter.CountOutcomes(outputs.ConvertAll(output => (output.Position, Existing(output.Origin, bounds))))
            .ToHashSet();
        foreach (var (position, _, fault) in outputs.Where(output => unreadable.Contains(output.Position)))
        {
            faults.Report(
                Reader, position, fault ?? RecordFault.InvalidEvent("an outcome of a record that the log does not hold"),
                "The ledger counts it as an unreadable output.");
        }
    }

    private RecordPosition? Existing(RecordPosition? origin, LogBounds bounds) =>
        origin is not null && _inputs.Contains(origin.Topic) && !bounds.MayContain(origin) ? null : origin;

    /// <summary>Reads an input topic to find the offsets that hold transaction markers; only a reader sees them.</summary>
    private async Task ScanInputAsync(string topic, Action progressed, CancellationToken cancellation)
    {
        await foreach (var records in log.TailAsync(topic, await ResumeScanAsync(topic, cancellation), cancellation))
        {
            if (counter.HasGap(records))
                await ResumeScanAsync(topic, cancellation);
            counter.Advance(records);
            progressed();
        }
    }

    private async Task<IReadOnlyDictionary<int, long>> ResumeScanAsync(string topic, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([topic], cancellation);
        return partitions.Count > 0 ? counter.ResumeScan(partitions) : throw new LogUnavailableException($"The topic {topic} does not "
            + "exist.");
    }

    private async Task SavePeriodicallyAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(CheckpointInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
            await TrySaveAsync(cancellation);
    }

    /// <summary>Appends a checkpoint. After a failure the next one, or a count from the one before, makes up for it.</summary>
    private async Task TrySaveAsync(CancellationToken cancellation)
    {
        if (counter.GetSnapshot() is not { } snapshot || snapshot.Positions.Values.Sum() == _saved.Positions.Values.Sum())
            return;
        try
        {
            await log.AppendAsync([new(Topics.LedgerState, null, counter.Serialize(), time.GetUtcNow()) { Partition = 0 }], cancellation);
            _saved = snapshot;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogWarning(
                "The checkpoint of the ledger could not be stored; the next attempt follows in {Seconds} s: {Reason}",
                CheckpointInterval.TotalSeconds, failure.Message);
        }
    }
}
