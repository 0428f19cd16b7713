using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Streaming.State.Leases;

/// <summary>
/// The memory that all reads under way may hold together. A value counts four times its bytes: as it came, decoded, and as the answer that
/// is made of it.
/// Whoever has nothing yet waits a little; whoever has something makes do with that.
/// </summary>
public sealed class ReadBudget(long most, int pageBytes, TimeProvider time, Readiness? readiness = null) : IDisposable
{
    private const string Component = "reads";
    internal const int PerByte = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    /// <summary>How long a refused read counts as a degradation of the read side.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly ByteBudget _bytes = new(most);
    private long _refused;
    private long _refusedAt;

    /// <summary>Bytes held at this moment.</summary>
    public long UsedBytes => _bytes.UsedBytes;

    /// <summary>Reads refused since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Room for one page of an answer; dispose it when the answer is written.</summary>
    /// <param name="pages">Several, for a request that needs all it asks for at once.</param>
    public ReadLease OpenLease(int pages = 1) => new(this, (long)pages * pageBytes);

    public void Dispose() => _bytes.Dispose();

    internal bool TryAcquire(long bytes) => _bytes.TryAcquire(bytes * PerByte);

    internal void Release(long bytes) => _bytes.Release(bytes * PerByte);

    /// <exception cref="ReadsExhaustedException">There was no room for some seconds.</exception>
    internal async Task AcquireAsync(long bytes, CancellationToken cancellation)
    {
        try
        {
            using var patience = new CancellationTokenSource(LongestWait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
            await _bytes.AcquireAsync(bytes * PerByte, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Refuse();
        }
    }

    /// <summary>Ends the degradation when nothing was refused for a while.</summary>
    internal void Recover()
    {
        if (Refused > 0 && time.GetElapsedTime(Interlocked.Read(ref _refusedAt)) >= Memory)
            readiness?.Recover(Component);
    }

    private ReadsExhaustedException Refuse()
    {
        Interlocked.Exchange(ref _refusedAt, time.GetTimestamp());
        var (count, refused) = (Interlocked.Increment(ref _refused), new ReadsExhaustedException(most));
        readiness?.Degrade(Component, $"{count:N0} reads were answered 503 since the start, the last within {Memory.TotalSeconds} s: others held the {most:N0} bytes that reads may hold.", refused.Remedy);
        return refused;
    }
}

/// <summary>What one request has read; disposed, its memory is free for others. Used by one thread of control at a time.</summary>
public sealed class ReadLease : IDisposable
{
    private readonly ReadBudget _budget;
    private readonly long _page;
    private long _held;

    internal ReadLease(ReadBudget budget, long page) => (_budget, _page) = (budget, page);

    /// <summary>Bytes of the values held.</summary>
    public long UsedBytes => _held;

    /// <summary>Bytes of values that still fit into the page.</summary>
    public long RemainingBytes => _page - _held;

    /// <summary>Whether as many bytes of values still fit; the first always do, so that every page goes on.</summary>
    /// <exception cref="ReadsExhaustedException">This request holds nothing, and there was no room for some seconds.</exception>
    public async Task<bool> TryAcquireAsync(long bytes, CancellationToken cancellation)
    {
        if (_held > 0 && (_held + bytes > _page || !_budget.TryAcquire(bytes)))
            return false;
        if (_held == 0)
            await _budget.AcquireAsync(bytes, cancellation);
        _held += bytes;
        return true;
    }

    /// <summary>Of what was taken, this much is not kept.</summary>
    public void Release(long bytes)
    {
        _held -= bytes;
        _budget.Release(bytes);
    }

    public void Dispose()
    {
        if (_held > 0)
            Release(_held);
    }
}
