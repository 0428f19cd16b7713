using System.Globalization;
using System.Text;
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
    /// <summary>Names of values that are looked up together, and bytes of values that are read together.</summary>
    private const int Chunk = 250;
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>Windows of a series that are read together, and series that are read side by side.</summary>
    private const int ChunkWindows = 64;
    private const int SeriesAtOnce = 16;

    /// <summary>Bytes of values that one request looks through for those that match; the rest is the next page's.</summary>
    private const long MaxScannedBytes = 64 * 1024 * 1024;

    private readonly StateConnection _connection;
    private readonly StateKeys _keys;
    private readonly SubjectVault _vault;
    private readonly ReadBudget _budget;

    /// <summary>Members that a sorted set of the store can have at most: one that always has more is no store of ours.</summary>
    private readonly long _most;

    internal StateStore(StateConnection connection, SubjectVault vault, ReadBudget budget) =>
        (_connection, _vault, _budget, _keys, _most) = (
            connection, vault, budget, new(connection.Options.KeyPrefix), Math.Max(Math.Max(connection.Options.MaxPredictions, connection.Options.MaxRecentPerPipeline), connection.Options.MaxAlerts) + Chunk);

    /// <summary>Whether the connection stands at this moment.</summary>
    public bool IsAvailable => _connection.IsConnected;

    /// <summary>Whether the store refuses writes at the moment.</summary>
    public bool WritesFail => _connection.WritesFail;

    /// <summary>Asks for a write, after one was refused.</summary>
    public Task ProbeWriteAsync(CancellationToken cancellation) => _connection.ProbeWriteAsync(cancellation);

    /// <summary>Round trip to the store.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken cancellation)
    {
        _budget.Recover();
        return _connection.RunAsync(static database => database.PingAsync(), cancellation);
    }

    /// <summary>A prediction, or null if there is none by that id (any more).</summary>
    public async Task<TextClassified?> PredictionAsync(string id, CancellationToken cancellation, ReadRoom? room = null) =>
        (await PredictionsAsync([id], cancellation, room))[0];

    /// <summary>Predictions by their ids, in that order, null where there is none: as many of the first as one page holds.</summary>
    public async Task<IReadOnlyList<TextClassified?>> PredictionsAsync(IReadOnlyList<string> ids, CancellationToken cancellation, ReadRoom? room = null)
    {
        using var own = room is null ? _budget.Open() : null;
        var found = new List<TextClassified?>();
        foreach (var chunk in ids.Chunk(Chunk))
        {
            RedisKey[] keys = [.. chunk.Select(_keys.Prediction)];
            var sizes = await SizesAsync(database => keys.Select(key => database.StringLengthAsync(key)), cancellation);
            if (!await (room ?? own!).TryTakeAsync(sizes.Sum(), cancellation)) break;
            found.AddRange(await _connection.RunAsync(
                async database => chunk.Zip(await database.StringGetAsync(keys), static (id, value) => Named(id, Read<TextClassified>(value))).ToList(), cancellation));
        }
        var shown = new Queue<TextClassified>(_vault.Show([.. found.OfType<TextClassified>()]));
        return found.ConvertAll(prediction => prediction is null ? null : shown.Dequeue());
    }

    /// <summary>Recent predictions, the latest first.</summary>
    public async Task<StatePage<TextClassified>> RecentPredictionsAsync(PredictionQuery query, CancellationToken cancellation, ReadRoom? room = null)
    {
        var page = await StoredPredictionsAsync(query, cancellation, room);
        return new(_vault.Show(page), page.Next);
    }

    /// <summary>Recent predictions as they are stored: sealed texts sealed.</summary>
    public async Task<StatePage<TextClassified>> StoredPredictionsAsync(PredictionQuery query, CancellationToken cancellation, ReadRoom? room = null)
    {
        using var own = room is null ? _budget.Open() : null;
        return await PageAsync<TextClassified>(
            new(query.Pipeline is null ? _keys.PredictionOrder : _keys.Recent(query.Pipeline), query.After, query.Limit),
            (database, ids) => ids.Select(id => database.StringLengthAsync(_keys.Prediction(id.ToString()))),
            async (database, ids) => [.. (await database.StringGetAsync([.. ids.Select(id => _keys.Prediction(id.ToString()))])).Select(Read<TextClassified>)],
            query.Matches, room ?? own!, cancellation);
    }

    /// <summary>Every series that has windows, in order, the whole before its segments.</summary>
    public Task<IReadOnlyList<SeriesKey>> SeriesAsync(CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var members = await database.SetMembersAsync(_keys.Series);
            return (IReadOnlyList<SeriesKey>)[.. members
                .Select(member => JsonSerializer.Deserialize((byte[])member!, StateContext.Default.SeriesKey)!)
                .OrderBy(Rank)];
        },
        cancellation);

    private static (string, string, bool, string) Rank(SeriesKey series) => (series.Pipeline, series.Head, series.Segment != SeriesKey.All, series.Segment);

    /// <summary>The series that match, each with its latest windows, oldest first. What does not fit follows on the next page: further series, and older windows of the last.</summary>
    public async Task<StatePage<TrendSeries>> TrendsAsync(TrendQuery query, CancellationToken cancellation, ReadRoom? room = null)
    {
        using var own = room is null ? _budget.Open() : null;
        var wanted = (await SeriesAsync(cancellation)).Where(query.Matches).ToList();
        var rest = TrendRest.From(query);
        var begin = rest.Series is { } last ? wanted.FindIndex(series => Rank(series).CompareTo(Rank(last)) >= 0) is >= 0 and var at ? at : wanted.Count : 0;
        if (begin < wanted.Count && wanted[begin] != rest.Series) rest = TrendRest.All(query); // it has gone since
        var found = new List<TrendSeries>();
        for (var index = begin; index < wanted.Count; index += SeriesAtOnce)
        {
            var series = wanted.Slice(index, Math.Min(SeriesAtOnce, wanted.Count - index));
            var first = await Task.WhenAll(series.Select((key, place) => WindowsAsync(key, query, index + place == begin ? rest : TrendRest.All(query), cancellation)));
            for (var place = 0; place < series.Count; place++)
            {
                var left = index + place == begin ? rest : TrendRest.All(query);
                var (windows, next) = await ReadSeriesAsync(series[place], query, left, first[place], room ?? own!, cancellation);
                if (windows.Count > 0 || next is null) found.Add(new(series[place], [.. windows.Reverse<TrendUpdated>()]));
                if (next is not null) return new(found, next);
            }
        }
        return new(found, null);
    }

    /// <summary>How the event time of each pipeline stands, by pipeline.</summary>
    public Task<IReadOnlyList<EventTimeUpdated>> EventTimesAsync(CancellationToken cancellation) => _connection.RunAsync(
        async database => (IReadOnlyList<EventTimeUpdated>)[.. (await database.HashValuesAsync(_keys.EventTimes))
            .Select(Read<EventTimeUpdated>).OfType<EventTimeUpdated>().OrderBy(static pipeline => pipeline.Pipeline, StringComparer.Ordinal)],
        cancellation);

    /// <summary>Alerts, the latest first; only those that still fire, or the resolved too.</summary>
    /// <param name="after">Of the page before; null: the first page.</param>
    public async Task<StatePage<AlertView>> AlertsAsync(bool openOnly, int limit, CancellationToken cancellation, StateCursor? after = null, ReadRoom? room = null)
    {
        var stored = await StoredAlertsAsync(openOnly, limit, cancellation, after, room);
        return new([.. stored.Zip(_vault.Show([.. stored.Select(static alert => alert.Raised)]), static (alert, shown) => alert with { Raised = shown })], stored.Next);
    }

    /// <summary>Alerts as they are stored: sealed examples sealed.</summary>
    /// <inheritdoc cref="AlertsAsync"/>
    public async Task<StatePage<AlertView>> StoredAlertsAsync(bool openOnly, int limit, CancellationToken cancellation, StateCursor? after = null, ReadRoom? room = null)
    {
        using var own = room is null ? _budget.Open() : null;
        var open = openOnly ? (await _connection.RunAsync(database => database.HashValuesAsync(_keys.AlertsOpen), cancellation)).ToHashSet() : null;
        return await PageAsync<AlertView>(
            new(_keys.AlertOrder, after, limit, open is null ? null : open.Contains),
            (database, ids) => ids.Select(async id => await database.HashStringLengthAsync(_keys.AlertsRaised, id) + await database.HashStringLengthAsync(_keys.AlertsResolved, id)),
            async (database, ids) =>
            {
                var raised = await database.HashGetAsync(_keys.AlertsRaised, ids);
                var resolved = await database.HashGetAsync(_keys.AlertsResolved, ids);
                return [.. raised.Zip(resolved, static (begin, end) => Read<AlertRaised>(begin) is { } alert ? new AlertView(alert, Read<AlertResolved>(end)) : null)];
            },
            static _ => true, room ?? own!, cancellation);
    }

    /// <summary>The known versions of every model, the latest first; those that serve or have served texts are on the first page in any case.</summary>
    /// <param name="after">Of the page before; null: the first page.</param>
    public async Task<StatePage<ModelVersionView>> ModelsAsync(CancellationToken cancellation, StateCursor? after = null, ReadRoom? room = null)
    {
        using var own = room is null ? _budget.Open() : null;
        var (order, serving, counts) = await _connection.RunAsync(
            async database => (
                (await database.SortedSetRangeByRankAsync(_keys.ModelOrder, order: Order.Descending)).Select(static version => version.ToString()).ToList(),
                (await database.HashGetAllAsync(_keys.ModelsServing)).ToDictionary(static entry => entry.Name.ToString(), static entry => entry.Value.ToString()),
                await CountsAsync(database, _keys.ModelPredictions)),
            cancellation);
        var first = serving.Values.Concat(counts.Keys).ToHashSet();
        var behind = after is null or { Member: "" } ? order : order.SkipWhile(version => version != after.Member).Skip(1);
        List<string> candidates = [.. behind.Where(version => after is null || !first.Contains(version))];
        var page = await VersionsAsync(candidates, after is null ? first : [], room ?? own!, cancellation);
        var views = page.Read with
        {
            Order = [.. order.Where(page.Taken.Contains)],
            Serving = serving,
            Predictions = after is null ? counts : counts.Where(count => page.Taken.Contains(count.Key)).ToDictionary(),
        };
        return new(after is null ? views.All() : [.. views.All().Where(view => page.Taken.Contains(view.Version))], page.Last is null ? null : new(0, page.Last));
    }

    private sealed record VersionPage(HashSet<string> Taken, string? Last, ModelViews Read);

    /// <summary>As many versions as fit, in order, those that must be there before all others.</summary>
    private async Task<VersionPage> VersionsAsync(IReadOnlyList<string> order, HashSet<string> first, ReadRoom room, CancellationToken cancellation)
    {
        string[] versions = [.. first.Concat(order.Where(version => !first.Contains(version)))];
        RedisKey[] hashes = [_keys.ModelsTrained, _keys.ModelsPromoted, _keys.ModelsRolledBack, _keys.ModelsRefused];
        var sizes = await SizesAsync(database => versions.SelectMany(version => hashes.Select(hash => database.HashStringLengthAsync(hash, version))), cancellation);
        var taken = new HashSet<string>();
        for (var at = 0; at < versions.Length; at++)
        {
            if (!await room.TryTakeAsync(sizes.AsSpan(at * hashes.Length, hashes.Length).ToArray().Sum(), cancellation) && !first.Contains(versions[at])) break;
            taken.Add(versions[at]);
        }
        RedisValue[] names = [.. taken.Select(static version => (RedisValue)version)];
        var read = await _connection.RunAsync(
            async database => new ModelViews([], await ReadAsync<ModelTrained>(database, _keys.ModelsTrained, names), await ReadAsync<ModelPromoted>(database, _keys.ModelsPromoted, names),
                await ReadAsync<ModelRolledBack>(database, _keys.ModelsRolledBack, names), await ReadAsync<ModelRefused>(database, _keys.ModelsRefused, names), new Dictionary<string, string>(), new Dictionary<string, long>()),
            cancellation);
        return new(taken, taken.Count < versions.Length ? order.LastOrDefault(version => taken.Contains(version) && !first.Contains(version)) ?? "" : null, read);
    }

    /// <param name="Order">A sorted set of names.</param>
    /// <param name="IsWanted">Told of a name before anything is read by it; null: all are.</param>
    private sealed record Walk(RedisKey Order, StateCursor? After, int Limit, Func<RedisValue, bool>? IsWanted = null);

    /// <summary>Goes through a sorted set from its end until a page is full: by count, by bytes held, or by bytes looked through.</summary>
    private async Task<StatePage<T>> PageAsync<T>(
        Walk walk, Func<IDatabase, RedisValue[], IEnumerable<Task<long>>> sizesOf, Func<IDatabase, RedisValue[], Task<T?[]>> read, Func<T, bool> matches,
        ReadRoom room, CancellationToken cancellation) where T : class
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
                var count = Fitting(sizes.AsSpan(at), walk.Limit - found.Count, Math.Min(ChunkBytes, room.Left));
                if (count == 0) break;
                var bytes = sizes.Skip(at).Take(count).Sum();
                if (scanned > MaxScannedBytes || !await room.TryTakeAsync(bytes, cancellation)) return new(found, after);
                var values = await _connection.RunAsync(database => read(database, [.. wanted.Skip(at).Take(count).Select(static member => member.Element)]), cancellation);
                for (var index = 0; index < count; index++)
                    if (values[index] is { } value && matches(value)) found.Add(value);
                    else room.Give(sizes[at + index]);
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
    private async Task<IReadOnlyList<SortedSetEntry>> NextAsync(RedisKey order, StateCursor? after, int count, CancellationToken cancellation)
    {
        if (after is null)
            return await _connection.RunAsync(database => database.SortedSetRangeByRankWithScoresAsync(order, 0, count - 1, Order.Descending), cancellation);
        var name = Encoding.UTF8.GetBytes(after.Member);
        for (long skip = 0; ; skip += count)
        {
            var members = await _connection.RunAsync(
                database => database.SortedSetRangeByScoreWithScoresAsync(order, stop: after.Score, order: Order.Descending, skip: skip, take: count), cancellation);
            var behind = members.Where(member => member.Score < after.Score || ((byte[])member.Element!).AsSpan().SequenceCompareTo(name) < 0).ToList();
            if (behind.Count > 0 || members.Length < count || skip > _most) return behind;
        }
    }

    /// <param name="Series">The one to go on with; null: the first.</param>
    /// <param name="Before">Only its windows that start before this; null: those up to the end of the query.</param>
    /// <param name="Left">Windows still wanted of it.</param>
    private sealed record TrendRest(SeriesKey? Series, double? Before, int Left)
    {
        public static TrendRest All(TrendQuery query) => new(null, null, query.Limit);

        public static TrendRest From(TrendQuery query)
        {
            if (query.After is not { } after || after.Member.Split('\n', 2) is not [var left, var series] || !int.TryParse(left, CultureInfo.InvariantCulture, out var windows))
                return All(query);
            try
            {
                return new(JsonSerializer.Deserialize(series, StateContext.Default.SeriesKey), double.IsPositiveInfinity(after.Score) ? null : after.Score, Math.Clamp(windows, 1, query.Limit));
            }
            catch (JsonException)
            {
                return All(query);
            }
        }

        public StateCursor CursorAt(SeriesKey series) =>
            new(Before ?? double.PositiveInfinity, string.Create(CultureInfo.InvariantCulture, $"{Left}\n{JsonSerializer.Serialize(series, StateContext.Default.SeriesKey)}"));
    }

    private sealed record ReadWindow(TrendUpdated Window, double Score, long Bytes);

    /// <summary>The latest windows that are left of a series, the latest first.</summary>
    private Task<ReadWindow[]> WindowsAsync(SeriesKey series, TrendQuery query, TrendRest rest, CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var read = await database.SortedSetRangeByScoreWithScoresAsync(
                _keys.Trend(series), query.From is { } from ? StateKeys.Score(from) : double.NegativeInfinity,
                rest.Before ?? (query.To is { } to ? StateKeys.Score(to) : double.PositiveInfinity), Exclude.Stop, Order.Descending, skip: 0, take: Math.Min(rest.Left, ChunkWindows));
            return read.Select(static window => new ReadWindow(Read<TrendUpdated>(window.Element)!, window.Score, window.Element.Length())).ToArray();
        },
        cancellation);

    /// <returns>The windows, the latest first, and where the next page begins if not all fit.</returns>
    private async Task<(List<TrendUpdated> Windows, StateCursor? Next)> ReadSeriesAsync(
        SeriesKey series, TrendQuery query, TrendRest rest, ReadWindow[] read, ReadRoom room, CancellationToken cancellation)
    {
        var windows = new List<TrendUpdated>();
        while (true)
        {
            if (!await room.TryTakeAsync(read.Sum(static window => window.Bytes), cancellation)) return (windows, rest.CursorAt(series));
            windows.AddRange(read.Select(static window => window.Window));
            if (read.Length < Math.Min(rest.Left, ChunkWindows) || read.Length == rest.Left) return (windows, null);
            rest = rest with { Before = read[^1].Score, Left = rest.Left - read.Length };
            read = await WindowsAsync(series, query, rest, cancellation);
        }
    }

    private Task<long[]> SizesAsync(Func<IDatabase, IEnumerable<Task<long>>> sizes, CancellationToken cancellation) =>
        _connection.RunAsync(database => Task.WhenAll(sizes(database)), cancellation);

    private static TextClassified? Named(string id, TextClassified? stored) =>
        stored is null || stored.Id == id ? stored : throw new FormatException($"under the id of one prediction it has that of another, '{stored.Id}'");

    private static T? Read<T>(RedisValue value) where T : class =>
        value.IsNull ? null : Wire.Deserialize<T>((byte[])value!);

    private static async Task<Dictionary<string, T>> ReadAsync<T>(IDatabase database, RedisKey hash, RedisValue[] names) where T : class =>
        names.Zip(await database.HashGetAsync(hash, names)).Where(static entry => !entry.Second.IsNull)
            .ToDictionary(static entry => entry.First.ToString(), static entry => Read<T>(entry.Second)!);

    private static async Task<Dictionary<string, long>> CountsAsync(IDatabase database, RedisKey hash) =>
        (await database.HashGetAllAsync(hash)).ToDictionary(entry => entry.Name.ToString(), entry => (long)entry.Value);
}
