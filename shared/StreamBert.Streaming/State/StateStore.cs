using System.Runtime.CompilerServices;
using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;
using StreamBert.Streaming.State.Reading;

namespace StreamBert.Streaming.State;

/// <summary>
/// The read side of the state store: what the API and the dashboard ask for. Sealed texts are returned sealed, and the caller opens them.
/// The
/// store holds nothing that the log does not hold. Every method throws <see cref="StateUnavailableException"/> while the store cannot be
/// reached.
/// </summary>
public sealed class StateStore
{
    private readonly StateConnection _connection;
    private readonly StateKeys _keys;
    private readonly ReadBudget _budget;
    private readonly PageReader _pages;
    private readonly TrendReader _trends;
    private readonly MergedTrendReader _mergedTrends;
    private readonly ModelVersionReader _models;

    internal StateStore(StateConnection connection, ReadBudget budget)
    {
        (_connection, _budget, _keys) = (connection, budget, new(connection.Options.KeyPrefix));
        var options = connection.Options;
        var maxMembers = Math.Max(Math.Max(options.MaxPredictions, options.MaxRecentPerPipeline),
            options.MaxAlerts) + StoredValues.ChunkSize;
        (_pages, _trends, _models) = (new(connection, maxMembers), new(connection, _keys), new(connection, _keys));
        _mergedTrends = new(connection, _keys);
    }

    /// <summary>Whether the store is connected and answered the last call.</summary>
    public bool IsAvailable => _connection.IsConnected;

    /// <summary>Whether the store refuses writes at the moment.</summary>
    public bool IsRefusingWrites => _connection.IsRefusingWrites;

    /// <summary>Tries a write, after one was refused.</summary>
    public Task ProbeWriteAsync(CancellationToken cancellation) => _connection.ProbeWriteAsync(cancellation);

    /// <summary>Measures the round trip to the store.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken cancellation)
    {
        _budget.Recover();
        return _connection.ReadAsync(static database => database.PingAsync(), cancellation);
    }

    /// <summary>Finds a prediction by its id; null if none is stored.</summary>
    public async Task<TextClassified?> FindPredictionAsync(string id, CancellationToken cancellation, ReadLease? lease = null) =>
        (await FindPredictionsAsync([id], cancellation, lease))[0];

    /// <summary>
    /// Finds predictions by their ids, in the given order, null for those that are not stored: as many of the first as one page holds.
    /// </summary>
    public async Task<IReadOnlyList<TextClassified?>> FindPredictionsAsync(
        IReadOnlyList<string> ids, CancellationToken cancellation, ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        var found = new List<TextClassified?>();
        foreach (var chunk in ids.Chunk(StoredValues.ChunkSize))
        {
            RedisKey[] keys = [.. chunk.Select(_keys.Prediction)];
            var sizes = await _connection.ReadSizesAsync(database => keys.Select(key => database.StringLengthAsync(key)), cancellation);
            if (!await (lease ?? own!).TryAcquireAsync(sizes.Sum(), cancellation))
                break;
            found.AddRange(await _connection.ReadAsync(
                async database => chunk.Zip(await database.StringGetAsync(keys), ParseNamed).ToList(), cancellation));
        }
        return found;
    }

    /// <summary>Lists recent predictions, the latest first.</summary>
    public async Task<StatePage<TextClassified>> ListPredictionsAsync(
        PredictionQuery query, CancellationToken cancellation, ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        var order = query.Pipeline is null ? _keys.PredictionOrder : _keys.Recent(query.Pipeline);
        var request = new PageRequest<TextClassified>(order, query.After, query.Limit)
        {
            ReadSizes = (database, ids) => ids.Select(id => database.StringLengthAsync(_keys.Prediction(id.ToString()))),
            ReadValues = async (database, ids) =>
                [.. (await database.StringGetAsync([.. ids.Select(id => _keys.Prediction(id.ToString()))]))
                    .Select(StoredValues.Parse<TextClassified>)],
            Matches = query.Matches,
        };
        return await _pages.ReadAsync(request, lease ?? own!, cancellation);
    }

    /// <summary>Lists the last progress of event time of each pipeline, by pipeline.</summary>
    public Task<IReadOnlyList<EventTimeUpdated>> ListEventTimesAsync(CancellationToken cancellation) => _connection.ReadAsync(
        async database => (IReadOnlyList<EventTimeUpdated>)[.. (await database.HashValuesAsync(_keys.EventTimes))
            .Select(StoredValues.Parse<EventTimeUpdated>).OfType<EventTimeUpdated>()
            .OrderBy(static eventTime => eventTime.Pipeline, StringComparer.Ordinal)],
        cancellation);

    /// <summary>Lists the last state of each fairness rule, the latest first.</summary>
    /// <param name="pipeline">Only of this pipeline; null: of all.</param>
    /// <param name="limit">The most rules to return.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="after">The cursor of the page before; null: the first page.</param>
    /// <param name="lease">The memory of the request; null: that of one page.</param>
    public Task<StatePage<FairnessReported>> ListFairnessAsync(
        string? pipeline, int limit, CancellationToken cancellation, StateCursor? after = null, ReadLease? lease = null) =>
        ReadReportsAsync<FairnessReported>(
            (_keys.FairnessOrder, _keys.FairnessReports), report => pipeline is null || report.Pipeline == pipeline, limit, after, lease,
            cancellation);

    /// <summary>Lists the fairness rules that have reported, each as its pipeline and rule, separated by a slash.</summary>
    public Task<IReadOnlySet<string>> ListFairnessRulesAsync(CancellationToken cancellation) => _connection.ReadAsync(
        async database => (IReadOnlySet<string>)(await database.HashKeysAsync(_keys.FairnessReports))
            .Select(static name => name.ToString()).ToHashSet(StringComparer.Ordinal),
        cancellation);

    /// <summary>Lists the last accuracy of each series, the latest first.</summary>
    /// <param name="query">Selects the series; its span of event time does not apply.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="lease">The memory of the request; null: that of one page.</param>
    public Task<StatePage<AccuracyReported>> ListAccuracyAsync(
        TrendQuery query, CancellationToken cancellation, ReadLease? lease = null) =>
        ReadReportsAsync<AccuracyReported>(
            (_keys.AccuracyOrder, _keys.AccuracyReports), report => query.Matches(report.Series), query.Limit, query.After, lease,
            cancellation);

    /// <summary>Lists the last comparison of each kind of drift with each of its references, the latest first.</summary>
    /// <param name="pipeline">Only of this pipeline; null: of all.</param>
    /// <param name="limit">The most comparisons to return.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="after">The cursor of the page before; null: the first page.</param>
    /// <param name="lease">The memory of the request; null: that of one page.</param>
    public Task<StatePage<DriftReported>> ListDriftAsync(
        string? pipeline, int limit, CancellationToken cancellation, StateCursor? after = null, ReadLease? lease = null) =>
        ReadReportsAsync<DriftReported>(
            (_keys.DriftOrder, _keys.DriftReports), report => pipeline is null || report.Series.Pipeline == pipeline, limit, after, lease,
            cancellation);

    /// <summary>Lists the stored alerts, the latest first. <see cref="FindEndOfAlertsAsync"/> tells whether there are older ones.</summary>
    /// <param name="filter">Selects the alerts.</param>
    /// <param name="limit">The most alerts to return.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="after">The cursor of the page before; null: the first page.</param>
    /// <param name="lease">The memory of the request; null: that of one page.</param>
    public async Task<StatePage<AlertView>> ListAlertsAsync(
        AlertFilter filter, int limit, CancellationToken cancellation, StateCursor? after = null, ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        var open = filter.OpenOnly ? (await ReadOpenAlertsAsync(cancellation)).ToHashSet() : null;
        var request = new PageRequest<AlertView>(_keys.AlertOrder, after, limit)
        {
            ReadSizes = (database, ids) => ids.Select(async id =>
                await database.HashStringLengthAsync(_keys.AlertsRaised, id) + await database.HashStringLengthAsync(_keys.AlertsResolved,
                    id)),
            ReadValues = ReadAlertsAsync,
            IsWanted = id => open is null || open.Contains(id),
            Matches = alert => filter.Matches(alert.Raised),
        };
        return await _pages.ReadAsync(request, lease ?? own!, cancellation);
    }

    /// <summary>Finds an alert by its id, with its resolution; null if it is not stored.</summary>
    public async Task<AlertView?> FindAlertAsync(string id, CancellationToken cancellation) =>
        (await _connection.ReadAsync(database => ReadAlertsAsync(database, [id]), cancellation))[0];

    /// <summary>
    /// Finds the position of the oldest stored alert, if the store no longer holds all: older ones are in the log. Null if it holds all.
    /// </summary>
    /// <param name="openOnly">Whether only alerts that still fire matter.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<StateCursor?> FindEndOfAlertsAsync(bool openOnly, CancellationToken cancellation)
    {
        var open = openOnly ? await ReadOpenAlertsAsync(cancellation) : [];
        return await _connection.ReadAsync(
            async database =>
            {
                if (!await database.KeyExistsAsync(_keys.AlertsRemoved))
                    return null;
                if (openOnly && (open.Length == 0 || !(await database.SortedSetScoresAsync(_keys.AlertOrder, open)).Contains(null)))
                    return null;
                var oldest = await database.SortedSetRangeByRankWithScoresAsync(_keys.AlertOrder, 0, 0);
                return oldest is [var entry] ? new StateCursor(entry.Score, entry.Element.ToString()) : null;
            },
            cancellation);
    }

    /// <summary>Lists every series that has windows, in order, the series of all texts before its segments.</summary>
    public Task<IReadOnlyList<SeriesKey>> ListSeriesAsync(CancellationToken cancellation) => _trends.ListSeriesAsync(cancellation);

    /// <summary>
    /// Lists the series that match, each with its latest windows, oldest first. What does not fit is on the next page: further series, and
    /// older windows of the last one.
    /// </summary>
    public async Task<StatePage<TrendSeries>> ListTrendsAsync(TrendQuery query, CancellationToken cancellation, ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        return await _trends.ReadAsync(query, lease ?? own!, cancellation);
    }

    /// <summary>Finds what is stored of a series; null if it has no windows.</summary>
    public Task<TrendExtent?> FindTrendExtentAsync(SeriesKey series, CancellationToken cancellation) =>
        _mergedTrends.FindExtentAsync(series, cancellation);

    /// <summary>
    /// Reads the windows of one series in a span of event time. If they are more than the points asked for, neighbouring windows are
    /// merged, so that a span of years is read with little memory.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="from">The start of the span; null: the first window.</param>
    /// <param name="to">The end of the span, exclusive; null: behind the last window.</param>
    /// <param name="points">The most windows to return, at least 2.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="lease">The memory of the request; null: that of one page.</param>
    public async Task<TrendSeries> ReadMergedTrendAsync(
        SeriesKey series, DateTimeOffset? from, DateTimeOffset? to, int points, CancellationToken cancellation, ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        return await _mergedTrends.ReadAsync(series, (from, to), points, lease ?? own!, cancellation);
    }

    /// <summary>
    /// Streams all windows of the series that match, series by series, oldest first, in chunks: only one is in memory. The limit and the
    /// cursor of the query do not apply.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<TrendUpdated>> StreamTrendsAsync(
        TrendQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var lease = _budget.OpenLease();
        foreach (var series in (await ListSeriesAsync(cancellation)).Where(query.Matches))
        {
            await foreach (var windows in _mergedTrends.StreamAsync(series, query, lease, cancellation))
                yield return windows;
        }
    }

    /// <summary>
    /// Lists the known versions of every model, the latest first; versions that serve or have served texts are all on the first page.
    /// </summary>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="after">The cursor of the page before; null: the first page.</param>
    /// <param name="lease">The memory of the request; null: that of one page.</param>
    public async Task<StatePage<ModelVersionView>> ListModelsAsync(
        CancellationToken cancellation, StateCursor? after = null, ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        return await _models.ReadAsync(after, lease ?? own!, cancellation);
    }

    private async Task<StatePage<T>> ReadReportsAsync<T>(
        (RedisKey Order, RedisKey Values) keys, Func<T, bool> matches, int limit, StateCursor? after, ReadLease? lease,
        CancellationToken cancellation)
        where T : class
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        var request = new PageRequest<T>(keys.Order, after, limit)
        {
            ReadSizes = (database, names) => names.Select(name => database.HashStringLengthAsync(keys.Values, name)),
            ReadValues = async (database, names) => [.. (await database.HashGetAsync(keys.Values, names)).Select(StoredValues.Parse<T>)],
            Matches = matches,
        };
        return await _pages.ReadAsync(request, lease ?? own!, cancellation);
    }

    private Task<RedisValue[]> ReadOpenAlertsAsync(CancellationToken cancellation) =>
        _connection.ReadAsync(database => database.HashValuesAsync(_keys.AlertsOpen), cancellation);

    private async Task<AlertView?[]> ReadAlertsAsync(IDatabase database, RedisValue[] ids)
    {
        var raised = await database.HashGetAsync(_keys.AlertsRaised, ids);
        var resolved = await database.HashGetAsync(_keys.AlertsResolved, ids);
        return [.. raised.Zip(resolved, static (begin, end) =>
            StoredValues.Parse<AlertRaised>(begin) is { } alert ? new AlertView(alert, StoredValues.Parse<AlertResolved>(end)) : null)];
    }

    /// <exception cref="FormatException">The value belongs to another id.</exception>
    private static TextClassified? ParseNamed(string id, RedisValue value) => StoredValues.Parse<TextClassified>(value) switch
    {
        { } stored when stored.Id != id => throw new FormatException($"the key of one prediction holds another one, '{stored.Id}'"),
        var stored => stored,
    };
}
