using System.Text;
using StackExchange.Redis;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State.Reading;

/// <summary>
/// Reads lists in pages limited by count and by bytes; each value is read only after its size is known and its memory is acquired.
/// </summary>
/// <param name="connection">The connection to the store.</param>
/// <param name="maxMembers">The most members that a sorted set can have: one that always has more was not written by StreamBert.</param>
internal sealed class PageReader(StateConnection connection, long maxMembers)
{
    /// <summary>Reads a sorted set from its end until a page is full: by count, by bytes held, or by bytes scanned.</summary>
    public async Task<StatePage<T>> ReadAsync<T>(PageRequest<T> request, ReadLease lease, CancellationToken cancellation) where T : class
    {
        var scan = new PageScan<T>(connection, request, lease);
        for (var members = await NextAsync(scan, cancellation); members.Count > 0; members = await NextAsync(scan, cancellation))
        {
            if (scan.Found.Count == request.Limit)
                return new(scan.Found, scan.After);
            if (!await scan.ReadAsync(members, cancellation))
                return new(scan.Found, scan.After);
        }
        return new(scan.Found, null);
    }

    /// <summary>Reads the next members towards the beginning of the sorted set; none at its beginning.</summary>
    private async Task<IReadOnlyList<SortedSetEntry>> NextAsync<T>(PageScan<T> scan, CancellationToken cancellation) where T : class
    {
        var count = (int)Math.Clamp(scan.Request.Limit - scan.Found.Count + 1L, 2, StoredValues.ChunkSize);
        var members = await NextAsync(scan.Request.Order, scan.After, count, cancellation);
        scan.Members += members.Count;
        return scan.Members > maxMembers ? [] : members;
    }

    /// <summary>Members with the same score are in the order of their bytes.</summary>
    private async Task<IReadOnlyList<SortedSetEntry>> NextAsync(RedisKey order, StateCursor? after, int count,
        CancellationToken cancellation)
    {
        if (after is null)
        {
            return await connection.ReadAsync(
                database => database.SortedSetRangeByRankWithScoresAsync(order, 0, count - 1, Order.Descending), cancellation);
        }
        var name = Encoding.UTF8.GetBytes(after.Member);
        for (long skip = 0; ; skip += count)
        {
            var members = await connection.ReadAsync(
                database => database.SortedSetRangeByScoreWithScoresAsync(
                    order, stop: after.Score, order: Order.Descending, skip: skip, take: count),
                cancellation);
            var behind = members.Where(member => member.Score < after.Score || Compare(member, name) < 0).ToList();
            if (behind.Count > 0 || members.Length < count || skip > maxMembers)
                return behind;
        }
    }

    private static int Compare(SortedSetEntry member, byte[] name) => ((byte[])member.Element!).AsSpan().SequenceCompareTo(name);
}
