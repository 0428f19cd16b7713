using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Streaming.Log;

namespace StreamBert.Tests.Training;

/// <summary>
/// A log that holds a training run where it reads its feedback, after it has chosen its parent, until it is released. The trainer's own
/// first read of the feedback, when it starts, is not held.
/// </summary>
internal sealed class HeldRunLog(IEventLog log) : DelegatingLog(log)
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _reads;

    /// <summary>Completes when a run is held.</summary>
    public Task Held => _held.Task;

    public void Release() => _released.TrySetResult();

    public override IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation, bool awaitOpenTransactions = false)
    {
        var records = base.ReadToEndAsync(topic, from, cancellation, awaitOpenTransactions);
        return topic == Topics.Feedback && Interlocked.Increment(ref _reads) > 1 ? HoldAsync(records, cancellation) : records;
    }

    private async IAsyncEnumerable<LogRecord> HoldAsync(
        IAsyncEnumerable<LogRecord> records, [EnumeratorCancellation] CancellationToken cancellation)
    {
        _held.TrySetResult();
        await _released.Task.WaitAsync(cancellation);
        await foreach (var record in records.WithCancellation(cancellation))
            yield return record;
    }
}
