using StackExchange.Redis;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State.Reading;

/// <summary>The progress of reading one page.</summary>
internal sealed class PageScan<T>(StateConnection connection, PageRequest<T> request, ReadLease lease) where T : class
{
    /// <summary>Bytes of values that are read together.</summary>
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>Bytes of values that one request scans for matching ones; the rest belongs to the next page.</summary>
    private const long MaxScannedBytes = 64 * 1024 * 1024;

    private long _scannedBytes;

    public PageRequest<T> Request => request;
    public List<T> Found { get; } = [];

    /// <summary>The last member that was examined.</summary>
    public StateCursor? After { get; private set; } = request.After;

    /// <summary>The number of members that were examined.</summary>
    public long Members { get; set; }

    /// <summary>Reads the values of members, until the page has as many as it may.</summary>
    /// <returns>False if the page ends here, because memory or the bytes to scan are exhausted.</returns>
    public async Task<bool> ReadAsync(IReadOnlyList<SortedSetEntry> members, CancellationToken cancellation)
    {
        var wanted = members.Where(member => request.IsWanted(member.Element)).ToList();
        var sizes = await connection.ReadSizesAsync(database => request.ReadSizes(database, Names(wanted)), cancellation);
        for (var at = 0; at < wanted.Count;)
        {
            var count = CountFitting(sizes.AsSpan(at), request.Limit - Found.Count, Math.Min(ChunkBytes, lease.RemainingBytes));
            if (count == 0)
                break;
            if (!await TryReadAsync(wanted.Slice(at, count), sizes.AsMemory(at, count), cancellation))
                return false;
            at += count;
            After = CursorOf(wanted[at - 1]);
        }
        if (Found.Count < request.Limit)
            After = CursorOf(members[^1]);
        return true;
    }

    private async Task<bool> TryReadAsync(List<SortedSetEntry> members, ReadOnlyMemory<long> sizes, CancellationToken cancellation)
    {
        var bytes = sizes.ToArray().Sum();
        if (_scannedBytes > MaxScannedBytes || !await lease.TryAcquireAsync(bytes, cancellation))
            return false;
        var values = await connection.ReadAsync(database => request.ReadValues(database, Names(members)), cancellation);
        for (var index = 0; index < values.Length; index++)
        {
            if (values[index] is { } value && request.Matches(value))
                Found.Add(value);
            else
                lease.Release(sizes.Span[index]);
        }
        _scannedBytes += bytes;
        return true;
    }

    /// <summary>Counts how many of the first values are read together: at least one, if one is wanted.</summary>
    private static int CountFitting(ReadOnlySpan<long> sizes, int wanted, long maxBytes)
    {
        var (count, bytes) = (0, 0L);
        while (count < sizes.Length && count < wanted && (count == 0 || bytes + sizes[count] <= maxBytes))
            bytes += sizes[count++];
        return count;
    }

    private static RedisValue[] Names(List<SortedSetEntry> members) => [.. members.Select(static member => member.Element)];

    private static StateCursor CursorOf(SortedSetEntry member) => new(member.Score, member.Element.ToString());
}
