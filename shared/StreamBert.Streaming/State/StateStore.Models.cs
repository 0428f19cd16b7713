using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State;

/// <summary>Reads the versions of models.</summary>
public sealed partial class StateStore
{
    /// <summary>
    /// The known versions of every model, the latest first; those that serve or have served texts are on the first page in any case.
    /// </summary>
    /// <param name="after">Of the page before; null: the first page.</param>
    public async Task<StatePage<ModelVersionView>> ListModelsAsync(
        CancellationToken cancellation,
        StateCursor? after = null,
        ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        var (order, serving, counts) = await _connection.RunAsync(
            async database => (
                (await database.SortedSetRangeByRankAsync(_keys.ModelOrder, order: Order.Descending)).Select(
                    static version => version.ToString()).ToList(),
                (await database.HashGetAllAsync(_keys.ModelsServing)).ToDictionary(
                    static entry => entry.Name.ToString(),
                    static entry => entry.Value.ToString()),
                await CountsAsync(database, _keys.ModelPredictions)),
            cancellation);
        var first = serving.Values.Concat(counts.Keys).ToHashSet();
        var behind = after is null or { Member: "" } ? order : order.SkipWhile(version => version != after.Member).Skip(1);
        List<string> candidates = [.. behind.Where(version => after is null || !first.Contains(version))];
        var page = await VersionsAsync(candidates, after is null ? first : [], lease ?? own!, cancellation);
        var views = page.Read with
        {
            Order = [.. order.Where(page.Taken.Contains)],
            Serving = serving,
            Predictions = after is null ? counts : counts.Where(count => page.Taken.Contains(count.Key)).ToDictionary(),
        };
        return new(
            after is null ? views.All() : [.. views.All().Where(view => page.Taken.Contains(view.Version))],
            page.Last is null ? null : new(0, page.Last));
    }

    private sealed record VersionPage(HashSet<string> Taken, string? Last, ModelViews Read);

    /// <summary>As many versions as fit, in order, those that must be there before all others.</summary>
    private async Task<VersionPage> VersionsAsync(
        IReadOnlyList<string> order,
        HashSet<string> first,
        ReadLease lease,
        CancellationToken cancellation)
    {
        string[] versions = [.. first.Concat(order.Where(version => !first.Contains(version)))];
        RedisKey[] hashes = [_keys.ModelsTrained, _keys.ModelsPromoted, _keys.ModelsRolledBack, _keys.ModelsRefused];
        var sizes = await SizesAsync(
            database => versions.SelectMany(version => hashes.Select(hash => database.HashStringLengthAsync(hash, version))),
            cancellation);
        var taken = new HashSet<string>();
        for (var at = 0; at < versions.Length; at++)
        {
            if (!await lease.TryAcquireAsync(sizes.AsSpan(at * hashes.Length, hashes.Length).ToArray().Sum(), cancellation)
                && !first.Contains(versions[at]))
            {
                break;
            }

            taken.Add(versions[at]);
        }
        RedisValue[] names = [.. taken.Select(static version => (RedisValue)version)];
        var read = await _connection.RunAsync(
            async database => new ModelViews(
                [],
                await ReadAsync<ModelTrained>(database, _keys.ModelsTrained, names),
                await ReadAsync<ModelPromoted>(database, _keys.ModelsPromoted, names),
                await ReadAsync<ModelRolledBack>(database, _keys.ModelsRolledBack, names),
                await ReadAsync<ModelRefused>(
                    database,
                    _keys.ModelsRefused,
                    names),
                new Dictionary<string, string>(),
                new Dictionary<string, long>()),
            cancellation);
        return new(
            taken,
            taken.Count < versions.Length ? order.LastOrDefault(version => taken.Contains(version) && !first.Contains(version)) ?? "" : null,
            read);
    }
}
