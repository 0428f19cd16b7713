using StreamBert.Contracts;
using StreamBert.Gateway.Projection;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.DeadLetters;

/// <summary>Keeps the index: first the letters that stand in the log, then what was done with them, then both as they come.</summary>
internal sealed class DeadLetterFollower(IEventLog log, DeadLetterIndex index, TimeProvider time, ILogger<DeadLetterFollower> logger) : BackgroundService
{
    private readonly Dictionary<int, long> _letters = [];
    private readonly Dictionary<int, long> _marks = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Persistence.KeepUntilDoneAsync(ReadAsync, Failed, time, stoppingToken);
            await Task.WhenAll(
                Persistence.KeepAsync((progressed, cancellation) => FollowAsync(Topics.DeadLetter, _letters, index.Add, progressed, cancellation), Failed, time, stoppingToken),
                Persistence.KeepAsync((progressed, cancellation) => FollowAsync(Topics.DeadLetterState, _marks, index.Mark, progressed, cancellation), Failed, time, stoppingToken));
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

    private async Task FollowAsync(string topic, Dictionary<int, long> positions, Action<LogRecord> take, Action progressed, CancellationToken cancellation)
    {
        await foreach (var batch in log.TailAsync(topic, positions, cancellation))
        {
            foreach (var record in batch)
                Pass(record, positions, take);
            progressed();
        }
    }

    private static void Pass(LogRecord record, Dictionary<int, long> positions, Action<LogRecord> take)
    {
        take(record);
        positions[record.Position.Partition] = record.Position.Offset + 1;
    }

    private void Failed(Exception failure) => logger.LogWarning("The list of dead letters waits: {Reason}", failure.Message);
}
