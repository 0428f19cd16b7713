using System.Text.Json;
using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.Privacy;

namespace StreamBert.Streaming.State;

/// <summary>
/// The read side of the state store: what the API and the dashboard ask for, sealed texts opened. It holds nothing that the log does not.
/// Every method throws <see cref="StateUnavailableException"/> while the store cannot be reached.
/// </summary>
public sealed class StateStore
{
    private const int Page = 250;
    private readonly StateConnection _connection;
    private readonly StateKeys _keys;
    private readonly SubjectVault _vault;

    /// <summary>Ids that the store can hold at most: one that always has more is no store of ours.</summary>
    private readonly long _most;

    internal StateStore(StateConnection connection, SubjectVault vault) =>
        (_connection, _vault, _keys, _most) = (connection, vault, new(connection.Options.KeyPrefix), Math.Max(connection.Options.MaxPredictions, connection.Options.MaxRecentPerPipeline));

    /// <summary>Whether the connection stands at this moment.</summary>
    public bool IsAvailable => _connection.IsConnected;

    /// <summary>Whether the store refuses writes at the moment.</summary>
    public bool WritesFail => _connection.WritesFail;

    /// <summary>Asks for a write, after one was refused.</summary>
    public Task ProbeWriteAsync(CancellationToken cancellation) => _connection.ProbeWriteAsync(cancellation);

    /// <summary>Round trip to the store.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken cancellation) =>
        _connection.RunAsync(database => database.PingAsync(), cancellation);

    /// <summary>A prediction, or null if there is none by that id (any more).</summary>
    public async Task<TextClassified?> PredictionAsync(string id, CancellationToken cancellation) =>
        await _connection.RunAsync(async database => Named(id, Read<TextClassified>(await database.StringGetAsync(_keys.Prediction(id)))), cancellation) is { } stored ? _vault.Show(stored) : null;

    /// <summary>Recent predictions, the latest first.</summary>
    public async Task<IReadOnlyList<TextClassified>> RecentPredictionsAsync(PredictionQuery query, CancellationToken cancellation) =>
        _vault.Show(await StoredPredictionsAsync(query, cancellation));

    /// <summary>Recent predictions as they are stored: sealed texts sealed.</summary>
    public Task<IReadOnlyList<TextClassified>> StoredPredictionsAsync(PredictionQuery query, CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var order = query.Pipeline is null ? _keys.PredictionOrder : _keys.Recent(query.Pipeline);
            var found = new List<TextClassified>();
            for (long start = 0; found.Count < query.Limit; start += Page)
            {
                var ids = await database.SortedSetRangeByRankAsync(order, start, start + Page - 1, Order.Descending);
                if (ids.Length == 0 || start > _most) break;
                var values = await database.StringGetAsync([.. ids.Select(id => _keys.Prediction(id.ToString()))]);
                found.AddRange(values.Select(Read<TextClassified>).OfType<TextClassified>().Where(query.Matches).Take(query.Limit - found.Count));
            }
            return (IReadOnlyList<TextClassified>)found;
        },
        cancellation);

    /// <summary>Every series that has windows, in order.</summary>
    public Task<IReadOnlyList<SeriesKey>> SeriesAsync(CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var members = await database.SetMembersAsync(_keys.Series);
            return (IReadOnlyList<SeriesKey>)[.. members
                .Select(member => JsonSerializer.Deserialize((byte[])member!, StateContext.Default.SeriesKey)!)
                .OrderBy(series => (series.Pipeline, series.Head, series.Segment))];
        },
        cancellation);

    /// <summary>The series that match, each with its windows, oldest first.</summary>
    public async Task<IReadOnlyList<TrendSeries>> TrendsAsync(TrendQuery query, CancellationToken cancellation)
    {
        var series = (await SeriesAsync(cancellation)).Where(query.Matches);
        var from = query.From is { } start ? StateKeys.Score(start) : double.NegativeInfinity;
        var to = query.To is { } end ? StateKeys.Score(end) : double.PositiveInfinity;
        return await Task.WhenAll(series.Select(key => _connection.RunAsync(
            async database =>
            {
                var windows = await database.SortedSetRangeByScoreAsync(
                    _keys.Trend(key), from, to, Exclude.Stop, Order.Descending, skip: 0, take: query.Limit);
                return new TrendSeries(key, [.. windows.Select(Read<TrendUpdated>).OfType<TrendUpdated>().Reverse()]);
            },
            cancellation)));
    }

    /// <summary>How the event time of each pipeline stands, by pipeline.</summary>
    public Task<IReadOnlyList<EventTimeUpdated>> EventTimesAsync(CancellationToken cancellation) => _connection.RunAsync(
        async database => (IReadOnlyList<EventTimeUpdated>)[.. (await database.HashValuesAsync(_keys.EventTimes))
            .Select(Read<EventTimeUpdated>).OfType<EventTimeUpdated>().OrderBy(static pipeline => pipeline.Pipeline, StringComparer.Ordinal)],
        cancellation);

    /// <summary>Alerts, the latest first; only those that still fire, or the resolved too.</summary>
    public async Task<IReadOnlyList<AlertView>> AlertsAsync(bool openOnly, int limit, CancellationToken cancellation)
    {
        var stored = await StoredAlertsAsync(openOnly, limit, cancellation);
        return [.. stored.Zip(_vault.Show([.. stored.Select(static alert => alert.Raised)]), static (alert, shown) => alert with { Raised = shown })];
    }

    /// <summary>Alerts as they are stored: sealed examples sealed.</summary>
    public Task<IReadOnlyList<AlertView>> StoredAlertsAsync(bool openOnly, int limit, CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var ids = openOnly
                ? await database.HashValuesAsync(_keys.AlertsOpen)
                : await database.SortedSetRangeByRankAsync(_keys.AlertOrder, 0, limit - 1, Order.Descending);
            var raised = await database.HashGetAsync(_keys.AlertsRaised, ids);
            var resolved = await database.HashGetAsync(_keys.AlertsResolved, ids);
            return (IReadOnlyList<AlertView>)[.. raised
                .Zip(resolved, (begin, end) => Read<AlertRaised>(begin) is { } alert ? new AlertView(alert, Read<AlertResolved>(end)) : null)
                .OfType<AlertView>().OrderByDescending(alert => alert.Raised.RaisedAt).Take(limit)];
        },
        cancellation);

    /// <summary>Every known version of every model, the latest first.</summary>
    public Task<IReadOnlyList<ModelVersionView>> ModelsAsync(CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var order = await database.SortedSetRangeByRankAsync(_keys.ModelOrder, order: Order.Descending);
            return new ModelViews(
                [.. order.Select(version => version.ToString())],
                await ReadAsync<ModelTrained>(database, _keys.ModelsTrained),
                await ReadAsync<ModelPromoted>(database, _keys.ModelsPromoted),
                await ReadAsync<ModelRolledBack>(database, _keys.ModelsRolledBack),
                await ReadAsync<ModelRefused>(database, _keys.ModelsRefused),
                (await database.HashGetAllAsync(_keys.ModelsServing)).ToDictionary(entry => entry.Name.ToString(), entry => entry.Value.ToString()),
                await CountsAsync(database, _keys.ModelPredictions)).All();
        },
        cancellation);

    private static TextClassified? Named(string id, TextClassified? stored) =>
        stored is null || stored.Id == id ? stored : throw new FormatException($"under the id of one prediction it has that of another, '{stored.Id}'");

    private static T? Read<T>(RedisValue value) where T : class =>
        value.IsNull ? null : Wire.Deserialize<T>((byte[])value!);

    private static async Task<Dictionary<string, T>> ReadAsync<T>(IDatabase database, RedisKey hash) where T : class =>
        (await database.HashGetAllAsync(hash)).ToDictionary(entry => entry.Name.ToString(), entry => Read<T>(entry.Value)!);

    private static async Task<Dictionary<string, long>> CountsAsync(IDatabase database, RedisKey hash) =>
        (await database.HashGetAllAsync(hash)).ToDictionary(entry => entry.Name.ToString(), entry => (long)entry.Value);
}
