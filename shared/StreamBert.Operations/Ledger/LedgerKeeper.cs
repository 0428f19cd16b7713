using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Operations.Verification;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>
/// Keeps the <see cref="LedgerBook"/>: opens it at its last checkpoint, follows the outputs, and writes a checkpoint once in a while and at
/// the end.
/// </summary>
internal sealed class LedgerKeeper(
    IEventLog log,
    LedgerBook book,
    PipelineCatalog pipelines,
    FaultyRecords faults,
    Supervisor supervisor,
    TimeProvider time,
    ILogger<LedgerKeeper> logger) : BackgroundService
{
    private const string Name = "The ledger";
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(30);
    private const string Reader = "ledger";
    private readonly HashSet<string> _inputs = [.. Inputs(pipelines)];
    private LedgerPage _saved = LedgerPage.Empty;

    /// <summary>The topics that are counted.</summary>
    public static IReadOnlyList<string> Outputs { get; } = [Topics.Predictions, Topics.DeadLetter];

    /// <summary>The topics whose records are counted against them.</summary>
    public static IEnumerable<string> Inputs(PipelineCatalog pipelines) =>
        pipelines.All.SelectMany(static pipeline => pipeline.Inputs).Append(Topics.Interactive).Append(Topics.Explain).Distinct();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await supervisor.RunOnceAsync(Name, OpenAsync, stoppingToken);
            await Task.WhenAll(Outputs
                .Select(topic => supervisor.RunAsync(
                    Name,
                    (progressed, cancellation) => FollowAsync(topic, progressed, cancellation),
                    stoppingToken))
                .Concat((log.LeavesMarks ? Inputs(pipelines) : []).Select(topic => supervisor.RunAsync(
                    Name,
                    (progressed, cancellation) => PassAsync(topic, progressed, cancellation),
                    stoppingToken)))
                .Append(SaveEverySoOftenAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before the log answered.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySaveAsync(cancellationToken);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        var outputs = await log.DescribeAsync(Outputs, cancellation);
        _saved = await LastReadable.FindAsync(log, Topics.LedgerState, 0, record => Restore(record, outputs), cancellation)
            ?? LedgerPage.Empty;
        var inputs = await log.DescribeAsync(_inputs, cancellation);
        book.Open(_saved, outputs);
        book.Know(inputs);
    }

    /// <summary>
    /// A checkpoint that cannot be read, or that stands beyond what the log holds, is passed over: the one before it counts on.
    /// </summary>
    private LedgerPage? Restore(LogRecord record, IReadOnlyList<PartitionInfo> outputs)
    {
        var fault = Read(record, out var page)
            ?? (outputs.Any(output => page!.Positions.GetValueOrDefault(LedgerPage.Place(output.Topic, output.Partition)) > output.End)
                ? EventReader.Bad("a checkpoint beyond the end of what it counts") : null);
        if (fault is null)
            return page;
        faults.Report(Reader, record.Position, fault, "The checkpoint before it is used; without one, everything is counted anew.");
        return null;
    }

    private static RecordFault? Read(LogRecord record, out LedgerPage? page)
    {
        page = null;
        if (EventReader.Damage(record) is { } damage)
            return damage;
        try
        {
            page = record.Value is null ? null : JsonSerializer.Deserialize(record.Value, LedgerContext.Default.LedgerPage);
            return page is { Counts: not null, Positions: not null }
                && page.Counts.Values.All(static counts => counts is { Out: >= 0, DeadLettered: >= 0 })
                && page.Inputs.Values.All(static input => input is { Start: >= 0, Next: >= 0, Holes: >= 0 }) ? null : EventReader.Bad(
                    "no checkpoint of the ledger");
        }
        catch (Exception e) when (RecordErrors.MayBeOfRecord(e))
        {
            return new(DeadLetterReasons.BadEvent, "no checkpoint of the ledger", e);
        }
    }

    private async Task FollowAsync(string topic, Action progressed, CancellationToken cancellation)
    {
        var positions = book.Positions(await log.DescribeAsync([topic], cancellation));
        var bounds = new LogBounds(log);
        await foreach (var records in log.TailAsync(topic, positions, cancellation))
        {
            await EnterAsync(records, bounds, cancellation);
            progressed();
        }
    }

    /// <summary>
    /// An outcome of a record that its input does not hold counts as unreadable too: it must not pass for the outcome of one that is still
    /// to come.
    /// </summary>
    private async Task EnterAsync(IReadOnlyList<LogRecord> records, LogBounds bounds, CancellationToken cancellation)
    {
        var marks = records.Select(static record => (record.Position, Fault: OutputMark.Read(record, out var mark), mark?.Origin)).ToList();
        await bounds.LearnAsync(
            marks.Select(static mark => mark.Origin).OfType<RecordOrigin>().Where(origin => _inputs.Contains(origin.Topic)),
            cancellation);
        var outcomes = marks.Select(mark => (mark.Position, mark.Origin is { } origin && _inputs.Contains(origin.Topic)
            && !bounds.MayHold(origin) ? null : mark.Origin)).ToList();
        var unreadable = book.Enter(outcomes).ToHashSet();
        foreach (var (position, fault, _) in marks.Where(mark => unreadable.Contains(mark.Position)))
        {
            faults.Report(
                Reader,
                position,
                fault ?? EventReader.Bad("an outcome of a record that the log does not hold"),
                "The ledger counts it as an output that cannot be read.");
        }
    }

    /// <summary>Reads the texts once more, only to see which offsets hold one: marks of transactions are told by nothing else.</summary>
    private async Task PassAsync(string topic, Action progressed, CancellationToken cancellation)
    {
        await foreach (var records in log.TailAsync(topic, await ResumeAsync(topic, cancellation), cancellation))
        {
            if (book.Leaps(records))
                await ResumeAsync(topic, cancellation); // is there a partition more, or has retention removed what was not read yet?
            book.Pass(records);
            progressed();
        }
    }

    private async Task<IReadOnlyDictionary<int, long>> ResumeAsync(string topic, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([topic], cancellation);
        return partitions.Count > 0 ? book.Resume(partitions) : throw new LogUnavailableException($"{topic} is not there.");
    }

    private async Task SaveEverySoOftenAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(CheckpointInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
            await TrySaveAsync(cancellation);
    }

    /// <summary>A checkpoint that fails is made up for by the next one, or by counting from the one before.</summary>
    private async Task TrySaveAsync(CancellationToken cancellation)
    {
        if (book.Read() is not { } page || page.Positions.Values.Sum() == _saved.Positions.Values.Sum())
            return;
        try
        {
            await log.AppendAsync([new(Topics.LedgerState, null, book.Save(), time.GetUtcNow()) { Partition = 0 }], cancellation);
            _saved = page;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogWarning(
                "The ledger's checkpoint is not stored; the next one is due in {Seconds} s: {Reason}",
                CheckpointInterval.TotalSeconds,
                failure.Message);
        }
    }
}
