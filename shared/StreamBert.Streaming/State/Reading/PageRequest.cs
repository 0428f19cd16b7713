using StackExchange.Redis;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State.Reading;

/// <summary>Describes one page of a list.</summary>
/// <param name="Order">The sorted set with the names of the values.</param>
/// <param name="After">The cursor of the page before; null: the first page.</param>
/// <param name="Limit">The most values to return.</param>
internal sealed record PageRequest<T>(RedisKey Order, StateCursor? After, int Limit) where T : class
{
    /// <summary>Reads the sizes of values by their names.</summary>
    public required Func<IDatabase, RedisValue[], IEnumerable<Task<long>>> ReadSizes { get; init; }

    /// <summary>Reads values by their names.</summary>
    public required Func<IDatabase, RedisValue[], Task<T?[]>> ReadValues { get; init; }

    /// <summary>Decides by its name whether a value is read at all.</summary>
    public Func<RedisValue, bool> IsWanted { get; init; } = static _ => true;

    /// <summary>Decides whether a value that was read belongs on the page.</summary>
    public Func<T, bool> Matches { get; init; } = static _ => true;
}
