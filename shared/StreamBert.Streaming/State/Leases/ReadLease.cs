namespace StreamBert.Streaming.State.Leases;

/// <summary>Counts what one request has read; when it is disposed, its memory is free for other requests. Not thread-safe.</summary>
public sealed class ReadLease : IDisposable
{
    private readonly ReadBudget _budget;
    private readonly long _pageBytes;

    internal ReadLease(ReadBudget budget, long pageBytes) => (_budget, _pageBytes) = (budget, pageBytes);

    /// <summary>The bytes of the values held.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>The bytes of values that still fit into the page.</summary>
    public long RemainingBytes => _pageBytes - UsedBytes;

    /// <summary>Acquires memory for values; the first values are always granted, so that every page makes progress.</summary>
    /// <returns>False if the values do not fit into the page, or if no memory is free at this moment.</returns>
    /// <exception cref="ReadsExhaustedException">This request holds nothing, and no memory was free for some seconds.</exception>
    public async Task<bool> TryAcquireAsync(long bytes, CancellationToken cancellation)
    {
        if (UsedBytes > 0 && (UsedBytes + bytes > _pageBytes || !_budget.TryAcquire(bytes)))
            return false;
        if (UsedBytes == 0)
            await _budget.AcquireAsync(bytes, cancellation);
        UsedBytes += bytes;
        return true;
    }

    /// <summary>Returns memory of values that are not kept.</summary>
    public void Release(long bytes)
    {
        UsedBytes -= bytes;
        _budget.Release(bytes);
    }

    /// <summary>Returns all memory.</summary>
    public void Dispose()
    {
        if (UsedBytes > 0)
            Release(UsedBytes);
    }
}
