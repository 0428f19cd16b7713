using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State.Reading;

/// <summary>Reads the versions of models.</summary>
internal sealed class ModelVersionReader(StateConnection connection, StateKeys keys)
{
    private RedisKey[] Hashes =>
    [
        keys.ModelsTrained, keys.ModelsPromoted, keys.ModelsRolledBack, keys.ModelsRolledOut, keys.ModelsRolloutProgress,
        keys.ModelsRefused, keys.ModelsPinned,
    ];

    /// <summary>
    /// Reads the known versions of every model, the latest first; versions that serve or have served texts are all on the first page.
    /// </summary>
    public async Task<StatePage<ModelVersionView>> ReadAsync(StateCursor? after, ReadLease lease, CancellationToken cancellation)
    {
        var index = await ReadIndexAsync(cancellation);
        var first = index.Serving.Values.Concat(index.Predictions.Keys).ToHashSet();
        var behind = after is null or { Member: "" } ? index.Order : index.Order.SkipWhile(version => version != after.Member).Skip(1);
        List<string> candidates = [.. behind.Where(version => after is null || !first.Contains(version))];
        var page = await ReadVersionsAsync(candidates, after is null ? first : [], lease, cancellation);
        var views = page.Read with
        {
            Order = [.. index.Order.Where(page.Versions.Contains)],
            Serving = index.Serving,
            Training = after is null ? await ReadTrainingAsync(cancellation) : page.Read.Training,
            Predictions = after is null
                ? index.Predictions
                : index.Predictions.Where(count => page.Versions.Contains(count.Key)).ToDictionary(),
        };
        return new(
            after is null ? views.Build() : [.. views.Build().Where(view => page.Versions.Contains(view.Version))],
            page.Last is null ? null : new(0, page.Last));
    }

    private Task<VersionIndex> ReadIndexAsync(CancellationToken cancellation) => connection.ReadAsync(
        async database =>
        {
            var order = await database.SortedSetRangeByRankAsync(keys.ModelOrder, order: Order.Descending);
            var serving = await database.HashGetAllAsync(keys.ModelsServing);
            return new VersionIndex(
                [.. order.Select(static version => version.ToString())],
                serving.ToDictionary(static entry => entry.Name.ToString(), static entry => entry.Value.ToString()),
                await StoredValues.ReadCountsAsync(database, keys.ModelPredictions));
        },
        cancellation);

    /// <summary>Reads the last report of each model, also of one whose shipped version serves.</summary>
    private Task<Dictionary<string, TrainingReported>> ReadTrainingAsync(CancellationToken cancellation) => connection.ReadAsync(
        async database => (await database.HashGetAllAsync(keys.ModelsTraining)).ToDictionary(
            static entry => entry.Name.ToString(), static entry => StoredValues.Parse<TrainingReported>(entry.Value)!),
        cancellation);

    /// <summary>Reads as many versions as fit, in order, after those that must be on the page.</summary>
    private async Task<VersionPage> ReadVersionsAsync(
        List<string> order, HashSet<string> required, ReadLease lease, CancellationToken cancellation)
    {
        string[] versions = [.. required.Concat(order.Where(version => !required.Contains(version)))];
        var fitting = await SelectFittingAsync(versions, required, lease, cancellation);
        RedisValue[] names = [.. fitting.Select(static version => (RedisValue)version)];
        var read = await connection.ReadAsync(
            async database => new ModelVersionViewBuilder(
                [],
                await StoredValues.ReadFieldsAsync<ModelTrained>(database, keys.ModelsTrained, names),
                await StoredValues.ReadFieldsAsync<ModelPromoted>(database, keys.ModelsPromoted, names),
                await StoredValues.ReadFieldsAsync<ModelRolledBack>(database, keys.ModelsRolledBack, names),
                await StoredValues.ReadFieldsAsync<ModelRefused>(database, keys.ModelsRefused, names),
                new Dictionary<string, string>(),
                new Dictionary<string, long>())
            {
                Rollouts = await StoredValues.ReadFieldsAsync<RolloutChanged>(database, keys.ModelsRolledOut, names),
                RolloutProgress = await StoredValues.ReadFieldsAsync<RolloutProgressed>(database, keys.ModelsRolloutProgress, names),
                Pins = await StoredValues.ReadFieldsAsync<PinChanged>(database, keys.ModelsPinned, names),
            },
            cancellation);
        var last = fitting.Count < versions.Length
            ? order.LastOrDefault(version => fitting.Contains(version) && !required.Contains(version)) ?? ""
            : null;
        return new(fitting, last, read);
    }

    private async Task<HashSet<string>> SelectFittingAsync(
        string[] versions, HashSet<string> required, ReadLease lease, CancellationToken cancellation)
    {
        var hashes = Hashes;
        var sizes = await connection.ReadSizesAsync(
            database => versions.SelectMany(version => hashes.Select(hash => database.HashStringLengthAsync(hash, version))), cancellation);
        var fitting = new HashSet<string>();
        for (var at = 0; at < versions.Length; at++)
        {
            var bytes = sizes.Skip(at * hashes.Length).Take(hashes.Length).Sum();
            if (!await lease.TryAcquireAsync(bytes, cancellation) && !required.Contains(versions[at]))
                break;
            fitting.Add(versions[at]);
        }
        return fitting;
    }

    private sealed record VersionIndex(
        IReadOnlyList<string> Order, Dictionary<string, string> Serving, Dictionary<string, long> Predictions);

    /// <param name="Versions">The versions on the page.</param>
    /// <param name="Last">The last of them that is not required; null: the list ends with this page.</param>
    /// <param name="Read">What the store holds of them.</param>
    private sealed record VersionPage(HashSet<string> Versions, string? Last, ModelVersionViewBuilder Read);
}
