using System.Globalization;
using StackExchange.Redis;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Projection;

namespace StreamBert.Streaming.State;

/// <summary>
/// The write side of the state store. The changes of a batch of events and the positions after it are stored in one MULTI/EXEC, on the
/// condition that the positions before it have not moved: a batch that is read twice, two writers at once, or an emptied store can neither
/// count twice nor leave a gap.
/// </summary>
public sealed class StateProjection
{
    private readonly StateConnection _connection;
    private readonly StateKeys _keys;
    private readonly StateRetention _retention;

    internal StateProjection(StateConnection connection)
    {
        (_connection, _keys) = (connection, new(connection.Options.KeyPrefix));
        _retention = new(connection, _keys);
    }

    /// <summary>Reads the next offset to project of each partition of a topic that was projected before.</summary>
    /// <exception cref="StateUnavailableException">The store cannot be used.</exception>
    public Task<IReadOnlyDictionary<int, long>> ReadPositionsAsync(string topic, CancellationToken cancellation) => _connection.ReadAsync(
        async database =>
        {
            var prefix = $"{topic}/";
            var entries = await database.HashGetAllAsync(_keys.Positions);
            return (IReadOnlyDictionary<int, long>)entries
                .Where(entry => entry.Name.ToString().StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(
                    entry => int.Parse(entry.Name.ToString()[prefix.Length..], CultureInfo.InvariantCulture),
                    static entry => (long)entry.Value);
        },
        cancellation);

    /// <summary>Applies events of one topic, read from <paramref name="positions"/> on, atomically.</summary>
    /// <returns>
    /// The positions after the batch; null if the positions of the store have moved: read <see cref="ReadPositionsAsync"/> and start again
    /// from there.
    /// </returns>
    /// <exception cref="StateUnavailableException">
    /// Whether the batch was applied is not known; <see cref="ReadPositionsAsync"/> tells.
    /// </exception>
    public async Task<IReadOnlyDictionary<int, long>?> ApplyAsync(
        string topic, IReadOnlyDictionary<int, long> positions, IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        var after = new Dictionary<int, long>(positions);
        foreach (var (record, _) in events)
            after[record.Position.Partition] = record.Position.Offset + 1;
        List<object> items = [.. events.Select(static logged => logged.Event).OfType<object>()];
        var isApplied = await _connection.WriteAsync(
            database =>
            {
                var transaction = database.CreateTransaction();
                var batch = new ProjectionBatch(transaction, _keys, _connection.Options);
                foreach (var partition in events.Select(static logged => logged.Record.Position.Partition).Distinct())
                {
                    batch.MovePosition(topic, partition, positions.TryGetValue(partition, out var before) ? before
                        : null, after[partition]);
                }
                batch.Write(items);
                return ExecuteAsync(transaction, batch.Commands);
            },
            cancellation);
        if (!isApplied)
            return null;
        await _retention.TrimAsync(items, cancellation);
        return after;
    }

    /// <summary>
    /// Deletes everything, so that it is rebuilt from the log. The positions are deleted last, in one step with all counters: a batch that
    /// is applied meanwhile is applied again from the beginning, and everything else that it writes is the same however often it is
    /// written.
    /// </summary>
    /// <exception cref="StateUnavailableException">The deletion may be incomplete; repeat it.</exception>
    public Task ClearAsync(CancellationToken cancellation) => _connection.ClearAsync(_keys.Singletons, cancellation);

    /// <summary>
    /// Executes the transaction. The server executes the other commands of a transaction when one is refused, for example because a key
    /// holds another type: then the positions have moved and something is missing, so everything is deleted and projected again from the
    /// beginning.
    /// </summary>
    private async Task<bool> ExecuteAsync(ITransaction transaction, IReadOnlyList<Task> commands)
    {
        foreach (var command in commands) // if the transaction is not executed, each command fails too, and its exception must be observed
        {
            _ = command.ContinueWith(
                static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
        if (!await transaction.ExecuteAsync())
            return false;
        if (commands.FirstOrDefault(static command => command.IsFaulted)?.Exception?.InnerException is not { } refused)
            return true;
        await _connection.ClearAsync(_keys.Singletons, CancellationToken.None);
        throw refused;
    }
}
