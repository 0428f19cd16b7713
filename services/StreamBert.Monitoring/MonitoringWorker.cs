using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Monitoring.Sessions;
using StreamBert.Privacy;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Monitoring;

/// <summary>
/// Reads predictions in the group <c>monitoring</c>, and commits trends, alerts and a checkpoint of all state in one atomic step with the
/// offsets: a monitor that was killed continues with the same windows and the same alerts, and emits none of them twice. The checkpoint
/// covers all partitions, so one instance reads all of them; the others are on standby until it leaves or dies.
/// </summary>
internal sealed class MonitoringWorker : BackgroundService
{
    private static readonly SupervisedTask Supervised = new("Monitoring")
    {
        ReadinessPart = ConsumerGroups.Monitoring,
        InitialDelay = TimeSpan.FromSeconds(1),
        MaxDelay = TimeSpan.FromSeconds(30),
    };

    /// <summary>The interval at which the worker checks for lost predictions while it reads nothing.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The time after which predictions that progress waits for count as deleted while none are read. It is longer than a transaction may
    /// be open, because records behind an open transaction are not delivered.
    /// </summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);

    private readonly IEventLog _log;
    private readonly MonitoringOptions _options;
    private readonly MonitoringMetrics _metrics;
    private readonly UnusableRecords _unusable;
    private readonly Readiness _readiness;
    private readonly Supervisor _supervisor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MonitorRecordReader _records;
    private readonly SessionFactory _sessions;
    private readonly FailingRecordFinder _failingRecords;

    public MonitoringWorker(
        IEventLog log, PipelineCatalog catalog, IOptions<MonitoringOptions> options, PrivacyFilter privacy, MonitoringMetrics metrics,
        UnusableRecords unusable, Readiness readiness, Supervisor supervisor, TimeProvider time, ILogger<MonitoringWorker> logger)
    {
        (_log, _options, _metrics, _unusable) = (log, options.Value, metrics, unusable);
        (_readiness, _supervisor, _time, _logger) = (readiness, supervisor, time, logger);
        _records = new(catalog, log, time);
        _sessions = new(log, catalog, options.Value, privacy, unusable, _records, time);
        _failingRecords = new(_sessions, time);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _supervisor.RunAsync(Supervised, RunAsync, stoppingToken);

    /// <summary>Reads, processes and commits one batch at a time.</summary>
    private async Task RunAsync(Action progressed, CancellationToken cancellation)
    {
        await using var reader = await _log.JoinAsync(
            ConsumerGroups.Monitoring, SessionFactory.InputTopics, cancellation, exclusive: true);
        using var current = new CurrentSession(reader, _sessions, _readiness, _time);
        await current.GetAsync(cancellation);
        while (true)
        {
            var batch = await ReadAsync(reader, current, cancellation);
            var (session, outputs) = await ProcessAsync(reader, current, batch, cancellation);
            if (await TryCommitAsync(reader, current, batch, session, outputs, cancellation))
                progressed();
            if (batch.Records.Count < _options.ReadBatchSize)
                await Task.Delay(_options.CommitInterval, _time, cancellation);
        }
    }

    private async Task<ReadBatch> ReadAsync(IGroupReader reader, CurrentSession current, CancellationToken cancellation)
    {
        var read = reader.ReadAsync(_options.ReadBatchSize, cancellation);
        while (!await CompletesWithinProbeAsync(read, cancellation))
            await ProbeAsync(reader, current, cancellation);
        return await read;
    }

    private async Task<bool> CompletesWithinProbeAsync(Task read, CancellationToken cancellation)
    {
        using var delay = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(read, Task.Delay(ProbeInterval, _time, delay.Token));
        await delay.CancelAsync();
        return read.IsCompleted;
    }

    /// <summary>While nothing is read: reports the standby, or commits what follows from lost predictions.</summary>
    private async Task ProbeAsync(IGroupReader reader, CurrentSession current, CancellationToken cancellation)
    {
        if (!current.IsAssigned)
        {
            _readiness.MarkReady(ConsumerGroups.Monitoring, "standby: another monitor owns the partitions, or the group rebalances");
            return;
        }
        var session = await current.GetAsync(cancellation);
        var empty = new ReadBatch(session.Generation, []);
        if (await TryEndLostPredictionsAsync(current, session, empty, cancellation))
            await TryCommitAsync(reader, current, empty, session, session.PendingRecords(_time.GetUtcNow()), cancellation);
    }

    /// <summary>Processes a batch. If that throws, the failing record is found and skipped, and everything else is processed.</summary>
    private async Task<(MonitorSession Session, IReadOnlyList<NewRecord> Outputs)> ProcessAsync(
        IGroupReader reader, CurrentSession current, ReadBatch batch, CancellationToken cancellation)
    {
        var records = await _records.ReadAsync(batch.Records, cancellation);
        while (true)
        {
            try
            {
                var session = await current.GetAsync(cancellation);
                session.Process(records);
                await TryEndLostPredictionsAsync(current, session, batch, cancellation);
                return (session, session.PendingRecords(_time.GetUtcNow()));
            }
            catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e) && records.Any(IsValid))
            {
                records = await _failingRecords.InvalidateAsync(records, e, reader.Generation, cancellation);
                await current.ReopenAsync(cancellation);
            }
        }
    }

    private static bool IsValid(MonitorRecord record) => record is not MonitorRecord.InvalidRecord;

    /// <summary>Stops waiting for predictions that the log no longer holds.</summary>
    private async Task<bool> TryEndLostPredictionsAsync(
        CurrentSession current, MonitorSession session, ReadBatch batch, CancellationToken cancellation)
    {
        if (!session.IsWaiting || batch.Records.Any(static record => record.Position.Topic == Topics.Predictions))
            current.WaitingSince = _time.GetTimestamp();
        if (!session.IsWaiting || (_time.GetElapsedTime(current.WaitingSince) < LostAfter && !await HasReadAllAsync(session, cancellation)))
            return false;
        session.EndPredictions();
        return true;
    }

    /// <summary>
    /// Whether the session has processed every prediction in the log. What progress waits for will then not arrive, because a step is
    /// appended together with its predictions. It is unknown where open transactions may hold records back.
    /// </summary>
    private async Task<bool> HasReadAllAsync(MonitorSession session, CancellationToken cancellation) => !_log.HasTransactionMarkers
        && (await _log.DescribeAsync([Topics.Predictions], cancellation)).All(partition => partition.Begin == partition.End
            || session.NextOffsets.GetValueOrDefault(MonitorSession.PartitionKey(partition.Topic, partition.Partition)) >= partition.End);

    /// <summary>Commits a batch with its outputs. If the log refuses it, processing continues from the last checkpoint.</summary>
    private async Task<bool> TryCommitAsync(
        IGroupReader reader, CurrentSession current, ReadBatch batch, MonitorSession session, IReadOnlyList<NewRecord> outputs,
        CancellationToken cancellation)
    {
        try
        {
            await reader.CommitAsync(batch, outputs, cancellation);
        }
        catch (BatchRevokedException e)
        {
            _logger.Log(
                e.InnerException is null ? LogLevel.Information : LogLevel.Warning,
                "A commit was refused; monitoring continues from the last checkpoint: {Message}", e.Message);
            if (e.InnerException is not null)
                await Task.Delay(ProbeInterval, _time, cancellation); // the log refuses it: wait before the next attempt
            current.Invalidate();
            return false;
        }
        Report(session.MarkCommitted());
        return true;
    }

    private void Report(SessionSummary summary)
    {
        if (summary.Duplicates > 0)
            _logger.LogInformation("{Count} predictions had been delivered before and are not counted again.", summary.Duplicates);
        if (summary.Lost > 0)
        {
            _logger.LogWarning(
                "The log deleted {Count} predictions before the monitor read them; they are in no trend (Log:MaxAge, Log:MaxBytes).",
                summary.Lost);
        }
        foreach (var invalid in summary.InvalidRecords)
            ReportUnusable(invalid.Record.Position, invalid.Fault, "It becomes a dead letter; the records after it are processed.");
        foreach (var failure in summary.Failures)
            ReportUnusable(failure.Origin, failure.Fault, "It is skipped; everything else is counted and assessed.");
        _metrics.Record(summary, _time.GetUtcNow());
    }

    private void ReportUnusable(RecordPosition position, RecordFault fault, string consequence) =>
        _unusable.Report(ConsumerGroups.Monitoring, position, fault, consequence);
}
