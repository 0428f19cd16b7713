using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Keeps the index: first the letters that stand in the log, then what was done with them, then both as they come.</summary>
internal sealed class DeadLetterFollower(
    IEventLog log,
    DeadLetterIndex index,
    FaultyRecords faults,
    Supervisor supervisor) : BackgroundService
{
    private const string Name = "The list of dead letters";

    private readonly Dictionary<int, long> _letters = [];
    private readonly Dictionary<int, long> _marks = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await supervisor.RunOnceAsync(Name, ReadAsync, stoppingToken);
            await Task.WhenAll(
                supervisor.RunAsync(
                    Name,
                    (progressed, cancellation) => FollowAsync(Topics.DeadLetter, _letters, index.Add, progressed, cancellation),
                    stoppingToken),
                supervisor.RunAsync(
                    Name,
                    (progressed, cancellation) => FollowAsync(Topics.DeadLetterState, _marks, index.Mark, progressed, cancellation),
                    stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before the log answered.
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, _letters, cancellation))
            Pass(record, _letters, index.Add);
    }

    private async Task FollowAsync(
        string topic,
        Dictionary<int, long> positions,
        Func<LogRecord, RecordFault?> take,
        Action progressed,
        CancellationToken cancellation)
    {
        await foreach (var batch in log.TailAsync(topic, positions, cancellation))
        {
            foreach (var record in batch)
                Pass(record, positions, take);
            progressed();
        }
    }

    private void Pass(LogRecord record, Dictionary<int, long> positions, Func<LogRecord, RecordFault?> take)
    {
        if (take(record) is { } fault)
            faults.Report("dead-letters", record.Position, fault, "It is counted and not listed.");
        positions[record.Position.Partition] = record.Position.Offset + 1;
    }
}
