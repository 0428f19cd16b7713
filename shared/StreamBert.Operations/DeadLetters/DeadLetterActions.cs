using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>
/// Replays and discards dead letters. One action runs at a time in a process, so that two operators who replay a dead letter at once
/// replay it once. The records, their
/// states and the entry of the audit log are appended atomically. With at-least-once delivery on Kafka they are not, so that a replay
/// that fails there may
/// append records twice. A discarded dead letter stays in the log.
/// </summary>
public sealed class DeadLetterActions(IEventLog log, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(1, 1);

    /// <summary>Appends the original records again with their bytes, key and headers, and adds the header <c>replay-of</c>.</summary>
    /// <param name="filter">Selects the dead letters.</param>
    /// <param name="actor">The actor for the audit log.</param>
    /// <param name="again">Whether dead letters that were replayed or discarded before are replayed too.</param>
    /// <param name="cancellation">Cancels the action between two batches.</param>
    /// <exception cref="LogUnavailableException">The log cannot be written; the batches before the failure are complete.</exception>
    public Task<DeadLetterActionResult> ReplayAsync(DeadLetterFilter filter, string actor, bool again, CancellationToken cancellation) =>
        RunAsync(new(filter, actor, again, DeadLetterStates.Replayed, AuditActions.DeadLetterReplayed), cancellation);

    /// <summary>Marks dead letters as discarded, so that nobody replays them.</summary>
    /// <param name="filter">Selects the dead letters.</param>
    /// <param name="actor">The actor for the audit log.</param>
    /// <param name="cancellation">Cancels the action between two batches.</param>
    /// <exception cref="LogUnavailableException">The log cannot be written; the batches before the failure are complete.</exception>
    public Task<DeadLetterActionResult> DiscardAsync(DeadLetterFilter filter, string actor, CancellationToken cancellation) =>
        RunAsync(new(filter, actor, false, DeadLetterStates.Discarded, AuditActions.DeadLetterDiscarded), cancellation);

    /// <inheritdoc/>
    public void Dispose() => _semaphore.Dispose();

    private async Task<DeadLetterActionResult> RunAsync(DeadLetterActionRun.Settings settings, CancellationToken cancellation)
    {
        await _semaphore.WaitAsync(cancellation);
        try
        {
            return await new DeadLetterActionRun(log, time, settings).RunAsync(cancellation);
        }
        finally
        {
            _semaphore.Release();
        }
    }
}
