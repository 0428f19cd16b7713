using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.State.Leases;

/// <summary>
/// Limits the memory that all reads of the state store may hold together. A value counts four times its bytes: as received, as decoded, and
/// as the response that is made of it. A read that holds nothing waits a few seconds for memory; a read that holds something returns a
/// shorter page.
/// </summary>
/// <param name="capacity">The bytes that reads may hold together.</param>
/// <param name="pageBytes">The bytes of stored values in one page.</param>
/// <param name="time">Measures the wait and the time since the last rejected read.</param>
/// <param name="readiness">Shows rejected reads as a degradation.</param>
public sealed class ReadBudget(long capacity, int pageBytes, TimeProvider time, Readiness? readiness = null) : IDisposable
{
    internal const int MemoryPerByte = 4;

    private const string Component = "reads";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(3);

    /// <summary>How long a rejected read degrades the process.</summary>
    private static readonly TimeSpan DegradationPeriod = TimeSpan.FromSeconds(30);

    private readonly ByteBudget _bytes = new(capacity);
    private long _rejected;
    private long _rejectedAt;

    /// <summary>The bytes held at the moment.</summary>
    public long UsedBytes => _bytes.UsedBytes;

    /// <summary>The number of reads rejected since the start.</summary>
    public long RejectedReads => Interlocked.Read(ref _rejected);

    /// <summary>Opens a lease for one page of a response; dispose it when the response is written.</summary>
    /// <param name="pages">The number of pages, for a request that needs everything at once.</param>
    public ReadLease OpenLease(int pages = 1) => new(this, (long)pages * pageBytes);

    /// <inheritdoc cref="ByteBudget.Dispose"/>
    public void Dispose() => _bytes.Dispose();

    internal bool TryAcquire(long bytes) => _bytes.TryAcquire(bytes * MemoryPerByte);

    internal void Release(long bytes) => _bytes.Release(bytes * MemoryPerByte);

    /// <summary>Acquires memory; waits some seconds until it is free.</summary>
    /// <exception cref="ReadsExhaustedException">No memory was free for some seconds.</exception>
    internal async Task AcquireAsync(long bytes, CancellationToken cancellation)
    {
        try
        {
            using var timeout = new CancellationTokenSource(MaxWait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            await _bytes.AcquireAsync(bytes * MemoryPerByte, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Reject();
        }
    }

    /// <summary>Ends the degradation when no read was rejected for a while.</summary>
    internal void Recover()
    {
        if (RejectedReads > 0 && time.GetElapsedTime(Interlocked.Read(ref _rejectedAt)) >= DegradationPeriod)
            readiness?.Recover(Component);
    }

    private ReadsExhaustedException Reject()
    {
        Interlocked.Exchange(ref _rejectedAt, time.GetTimestamp());
        var (count, exception) = (Interlocked.Increment(ref _rejected), new ReadsExhaustedException(capacity));
        readiness?.Degrade(
            Component,
            $"{count:N0} reads were answered 503 since the start, the last within {DegradationPeriod.TotalSeconds} s: "
            + $"other reads held all of the {capacity:N0} bytes that reads may hold.",
            exception.Remedy);
        return exception;
    }
}
