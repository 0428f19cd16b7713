using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Keeps the index up to date: it reads the dead letters in the log, then follows new dead letters and actions.</summary>
internal sealed class DeadLetterIndexer(IEventLog log, DeadLetterIndex index, UnusableRecords faults, Supervisor supervisor)
    : BackgroundService
{
    private const string Name = "The index of dead letters";

    private readonly Dictionary<int, long> _letterPositions = [];
    private readonly Dictionary<int, long> _actionPositions = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await supervisor.RunOnceAsync(Name, ReadAsync, stoppingToken);
            await Task.WhenAll(
                SuperviseAsync(Topics.DeadLetter, _letterPositions, index.Add, stoppingToken),
                SuperviseAsync(Topics.DeadLetterState, _actionPositions, index.AddAction, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops before the log has answered.
        }
    }

    private Task SuperviseAsync(
        string topic, Dictionary<int, long> positions, Func<LogRecord, RecordFault?> add, CancellationToken cancellation) =>
        supervisor.RunAsync(Name, (progressed, token) => FollowAsync(topic, positions, add, progressed, token), cancellation);

    private async Task ReadAsync(CancellationToken cancellation)
    {
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, _letterPositions, cancellation))
            Add(record, _letterPositions, index.Add);
    }

    private async Task FollowAsync(
        string topic, Dictionary<int, long> positions, Func<LogRecord, RecordFault?> add, Action progressed, CancellationToken cancellation)
    {
        await foreach (var batch in log.TailAsync(topic, positions, cancellation))
        {
            foreach (var record in batch)
                Add(record, positions, add);
            progressed();
        }
    }

    private void Add(LogRecord record, Dictionary<int, long> positions, Func<LogRecord, RecordFault?> add)
    {
        if (add(record) is { } fault)
            faults.Report("dead-letters", record.Position, fault, "It is counted and not listed.");
        positions[record.Position.Partition] = record.Position.Offset + 1;
    }
}
