using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State;

/// <summary>
/// The read side of the state store: what the API and the dashboard ask for. Sealed texts are returned sealed; the caller opens them. The store holds nothing that the log does not.
/// Every method throws <see cref="StateUnavailableException"/> while the store cannot be reached.
/// </summary>
public sealed partial class StateStore
{
    private readonly StateConnection _connection;
    private readonly StateKeys _keys;
    private readonly ReadBudget _budget;

    /// <summary>Members that a sorted set of the store can have at most: one that always has more is no store of ours.</summary>
    private readonly long _most;

    internal StateStore(StateConnection connection, ReadBudget budget) =>
        (_connection, _budget, _keys, _most) = (
            connection, budget, new(connection.Options.KeyPrefix), Math.Max(
                Math.Max(connection.Options.MaxPredictions, connection.Options.MaxRecentPerPipeline),
                connection.Options.MaxAlerts) + Chunk);

    /// <summary>Whether the connection stands at this moment.</summary>
    public bool IsAvailable => _connection.IsConnected;

    /// <summary>Whether the store refuses writes at the moment.</summary>
    public bool IsRefusingWrites => _connection.WritesFail;

    /// <summary>Asks for a write, after one was refused.</summary>
    public Task ProbeWriteAsync(CancellationToken cancellation) => _connection.ProbeWriteAsync(cancellation);

    /// <summary>Round trip to the store.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken cancellation)
    {
        _budget.Recover();
        return _connection.RunAsync(static database => database.PingAsync(), cancellation);
    }

    /// <summary>A prediction, or null if there is none by that id (any more).</summary>
    public async Task<TextClassified?> FindPredictionAsync(string id, CancellationToken cancellation, ReadLease? lease = null) =>
        (await FindPredictionsAsync([id], cancellation, lease))[0];

    /// <summary>Predictions by their ids, in that order, null where there is none: as many of the first as one page holds.</summary>
    public async Task<IReadOnlyList<TextClassified?>> FindPredictionsAsync(
        IReadOnlyList<string> ids,
        CancellationToken cancellation,
        ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        var found = new List<TextClassified?>();
        foreach (var chunk in ids.Chunk(Chunk))
        {
            RedisKey[] keys = [.. chunk.Select(_keys.Prediction)];
            var sizes = await SizesAsync(database => keys.Select(key => database.StringLengthAsync(key)), cancellation);
            if (!await (lease ?? own!).TryAcquireAsync(sizes.Sum(), cancellation)) break;
            found.AddRange(await _connection.RunAsync(
                async database => chunk.Zip(
                    await database.StringGetAsync(keys),
                    static (id, value) => Named(id, Read<TextClassified>(value))).ToList(), cancellation));
        }
        return found;
    }

    /// <summary>Recent predictions, the latest first; sealed texts stay sealed.</summary>
    public async Task<StatePage<TextClassified>> ListPredictionsAsync(
        PredictionQuery query,
        CancellationToken cancellation,
        ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        return await PageAsync<TextClassified>(
            new(query.Pipeline is null ? _keys.PredictionOrder : _keys.Recent(query.Pipeline), query.After, query.Limit),
            (database, ids) => ids.Select(id => database.StringLengthAsync(_keys.Prediction(id.ToString()))),
            async (database, ids) => [.. (await database.StringGetAsync([.. ids.Select(id => _keys.Prediction(id.ToString()))])).Select(
                Read<TextClassified>)],
            query.Matches, lease ?? own!, cancellation);
    }

    /// <summary>How the event time of each pipeline stands, by pipeline.</summary>
    public Task<IReadOnlyList<EventTimeUpdated>> ListEventTimesAsync(CancellationToken cancellation) => _connection.RunAsync(
        async database => (IReadOnlyList<EventTimeUpdated>)[.. (await database.HashValuesAsync(_keys.EventTimes))
            .Select(Read<EventTimeUpdated>).OfType<EventTimeUpdated>().OrderBy(
                static pipeline => pipeline.Pipeline,
                StringComparer.Ordinal)],
        cancellation);

    /// <summary>Alerts, the latest first; only those that still fire, or the resolved too. Sealed examples stay sealed.</summary>
    /// <param name="after">Of the page before; null: the first page.</param>
    public async Task<StatePage<AlertView>> ListAlertsAsync(
        bool openOnly,
        int limit,
        CancellationToken cancellation,
        StateCursor? after = null,
        ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        var open = openOnly
            ? (await _connection.RunAsync(database => database.HashValuesAsync(_keys.AlertsOpen), cancellation)).ToHashSet()
            : null;
        return await PageAsync<AlertView>(
            new(_keys.AlertOrder, after, limit, open is null ? null : open.Contains),
            (database, ids) => ids.Select(async id => await database.HashStringLengthAsync(_keys.AlertsRaised, id)
                + await database.HashStringLengthAsync(_keys.AlertsResolved, id)),
            async (database, ids) =>
            {
                var raised = await database.HashGetAsync(_keys.AlertsRaised, ids);
                var resolved = await database.HashGetAsync(_keys.AlertsResolved, ids);
                return [.. raised.Zip(
                    resolved,
                    static (begin, end) => Read<AlertRaised>(begin) is { } alert ? new AlertView(alert, Read<AlertResolved>(end)) : null)];
            },
            static _ => true, lease ?? own!, cancellation);
    }

    private Task<long[]> SizesAsync(Func<IDatabase, IEnumerable<Task<long>>> sizes, CancellationToken cancellation) =>
        _connection.RunAsync(database => Task.WhenAll(sizes(database)), cancellation);

    private static TextClassified? Named(string id, TextClassified? stored) =>
        stored is null || stored.Id == id
            ? stored
            : throw new FormatException($"under the id of one prediction it has that of another, '{stored.Id}'");

    private static T? Read<T>(RedisValue value) where T : class =>
        value.IsNull ? null : Wire.Deserialize<T>((byte[])value!);

    private static async Task<Dictionary<string, T>> ReadAsync<T>(IDatabase database, RedisKey hash, RedisValue[] names) where T : class =>
        names.Zip(await database.HashGetAsync(hash, names)).Where(static entry => !entry.Second.IsNull)
            .ToDictionary(static entry => entry.First.ToString(), static entry => Read<T>(entry.Second)!);

    private static async Task<Dictionary<string, long>> CountsAsync(IDatabase database, RedisKey hash) =>
        (await database.HashGetAllAsync(hash)).ToDictionary(entry => entry.Name.ToString(), entry => (long)entry.Value);
}
