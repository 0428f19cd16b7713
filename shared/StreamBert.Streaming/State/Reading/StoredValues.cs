using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Streaming.State.Reading;

/// <summary>Reads stored values and their sizes.</summary>
internal static class StoredValues
{
    /// <summary>The number of values that are looked up together.</summary>
    public const int ChunkSize = 250;

    /// <summary>Reads the sizes of values, so that memory can be acquired before the values are read.</summary>
    public static Task<long[]> ReadSizesAsync(
        this StateConnection connection, Func<IDatabase, IEnumerable<Task<long>>> sizes, CancellationToken cancellation) =>
        connection.ReadAsync(database => Task.WhenAll(sizes(database)), cancellation);

    public static T? Parse<T>(RedisValue value) where T : class => value.IsNull ? null : Wire.Deserialize<T>((byte[])value!);

    public static async Task<Dictionary<string, T>> ReadFieldsAsync<T>(IDatabase database, RedisKey hash, RedisValue[] names) where T
        : class =>
        names.Zip(await database.HashGetAsync(hash, names)).Where(static field => !field.Second.IsNull)
            .ToDictionary(static field => field.First.ToString(), static field => Parse<T>(field.Second)!);

    public static async Task<Dictionary<string, long>> ReadCountsAsync(IDatabase database, RedisKey hash) =>
        (await database.HashGetAllAsync(hash)).ToDictionary(static entry => entry.Name.ToString(), static entry => (long)entry.Value);
}
