using System.Text;
using StackExchange.Redis;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State;

/// <summary>How lists are read: in pages by count and by bytes, each value only after its size was asked for.</summary>
public sealed partial class StateStore
{
    /// <summary>Names of values that are looked up together, and bytes of values that are read together.</summary>
    private const int Chunk = 250;
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>Bytes of values that one request looks through for those that match; the rest is the next page's.</summary>
    private const long MaxScannedBytes = 64 * 1024 * 1024;

    /// <param name="Order">A sorted set of names.</param>
    /// <param name="IsWanted">Told of a name before anything is read by it; null: all are.</param>
    private sealed record Walk(RedisKey Order, StateCursor? After, int Limit, Func<RedisValue, bool>? IsWanted = null);

    /// <summary>Goes through a sorted set from its end until a page is full: by count, by bytes held, or by bytes looked through.</summary>
    private async Task<StatePage<T>> PageAsync<T>(
        Walk walk, Func<IDatabase, RedisValue[], IEnumerable<Task<long>>> sizesOf, Func<IDatabase, RedisValue[], Task<T?[]>> read, Func<T, bool> matches,
        ReadLease lease, CancellationToken cancellation) where T : class
    {
        var (found, after, scanned, walked) = (new List<T>(), walk.After, 0L, 0L);
        while (true)
        {
            var members = await NextAsync(walk.Order, after, (int)Math.Clamp(walk.Limit - found.Count + 1L, 2, Chunk), cancellation);
            walked += members.Count;
            if (members.Count == 0 || walked > _most) return new(found, null);
            if (found.Count == walk.Limit) return new(found, after);
            var wanted = members.Where(member => walk.IsWanted?.Invoke(member.Element) != false).ToList();
            var sizes = await SizesAsync(database => sizesOf(database, [.. wanted.Select(static member => member.Element)]), cancellation);
            for (var at = 0; at < wanted.Count;)
            {
                var count = Fitting(sizes.AsSpan(at), walk.Limit - found.Count, Math.Min(ChunkBytes, lease.RemainingBytes));
                if (count == 0) break;
                var bytes = sizes.Skip(at).Take(count).Sum();
                if (scanned > MaxScannedBytes || !await lease.TryAcquireAsync(bytes, cancellation)) return new(found, after);
                var values = await _connection.RunAsync(
                    database => read(database, [.. wanted.Skip(at).Take(count).Select(static member => member.Element)]),
                    cancellation);
                for (var index = 0; index < count; index++)
                {
                    if (values[index] is { } value && matches(value)) found.Add(value);
                    else lease.Release(sizes[at + index]);
                }

                scanned += bytes;
                at += count;
                after = CursorOf(wanted[at - 1]);
            }
            if (found.Count < walk.Limit) after = CursorOf(members[^1]);
        }
    }

    /// <summary>How many of the first are read together: at least one, if one is wanted.</summary>
    private static int Fitting(ReadOnlySpan<long> sizes, int wanted, long most)
    {
        var (count, bytes) = (0, 0L);
        while (count < sizes.Length && count < wanted && (count == 0 || bytes + sizes[count] <= most)) bytes += sizes[count++];
        return count;
    }

    private static StateCursor CursorOf(SortedSetEntry member) => new(member.Score, member.Element.ToString());

    /// <summary>The next members towards the beginning of a sorted set. Those with one score are in the order of their bytes.</summary>
    private async Task<IReadOnlyList<SortedSetEntry>> NextAsync(
        RedisKey order,
        StateCursor? after,
        int count,
        CancellationToken cancellation)
    {
        if (after is null)
        {
            return await _connection.RunAsync(
                database => database.SortedSetRangeByRankWithScoresAsync(order, 0, count - 1, Order.Descending),
                cancellation);
        }

        var name = Encoding.UTF8.GetBytes(after.Member);
        for (long skip = 0; ; skip += count)
        {
            var members = await _connection.RunAsync(
                database => database.SortedSetRangeByScoreWithScoresAsync(
                    order,
                    stop: after.Score,
                    order: Order.Descending,
                    skip: skip,
                    take: count), cancellation);
            var behind = members.Where(
                member => member.Score < after.Score || ((byte[])member.Element!).AsSpan().SequenceCompareTo(name) < 0).ToList();
            if (behind.Count > 0 || members.Length < count || skip > _most) return behind;
        }
    }
}
