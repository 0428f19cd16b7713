using System.Globalization;
using StackExchange.Redis;

namespace StreamBert.Tests.Streaming.State;

/// <summary>All that a state store holds, in one form: two stores that hold the same give the same lines. Lifetimes are left out.</summary>
internal static class StateDump
{
    public static async Task<IReadOnlyList<string>> OfAsync(string connection)
    {
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(connection);
        var database = multiplexer.GetDatabase();
        var lines = new List<string>();
        await foreach (var key in multiplexer.GetServers()[0].KeysAsync(pageSize: 1_000))
        {
            foreach (var value in await ValuesAsync(database, key))
                lines.Add($"{key} {value}");
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static async Task<IEnumerable<string>> ValuesAsync(IDatabase database, RedisKey key) => await database.KeyTypeAsync(key) switch
    {
        RedisType.String => [(await database.StringGetAsync(key)).ToString()],
        RedisType.Set => (await database.SetMembersAsync(key)).Select(static member => member.ToString()),
        RedisType.Hash => (await database.HashGetAllAsync(key)).Select(static entry => $"{entry.Name}: {entry.Value}"),
        RedisType.SortedSet => (await database.SortedSetRangeByRankWithScoresAsync(key)).Select(
            static entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Score}: {entry.Element}")),
        var other => throw new InvalidOperationException($"The key '{key}' is a {other}, which this dump does not know."),
    };
}
