using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Finds predictions by the ids that clients gave their texts, which may be stored under pseudonyms.</summary>
internal static class PredictionLookup
{
    /// <returns>Null if none is stored.</returns>
    /// <exception cref="StateUnavailableException">The state store cannot be reached.</exception>
    public static async Task<TextClassified?> FindAsync(
        this StateStore store,
        PrivacyFilter guard,
        SubjectVault vault,
        string id,
        ReadLease lease,
        CancellationToken cancellation)
    {
        foreach (var name in guard.StoredIdsOf(id))
        {
            if (await store.FindPredictionAsync(name, cancellation, lease) is { } prediction)
                return vault.Open(prediction);
        }

        return null;
    }

    /// <returns>Those that are stored, by their ids; null if they are too large to be held together.</returns>
    /// <exception cref="StateUnavailableException">The state store cannot be reached.</exception>
    public static async Task<IReadOnlyDictionary<string, TextClassified>?> FindAllAsync(
        this StateStore store, PrivacyFilter guard, SubjectVault vault, IReadOnlyList<string> ids, ReadLease lease, CancellationToken cancellation)
    {
        var names = ids.SelectMany(id => guard.StoredIdsOf(id).Select(name => (Id: id, Name: name))).ToList();
        var read = await store.FindPredictionsAsync([.. names.Select(static name => name.Name)], cancellation, lease);
        if (read.Count < names.Count)
            return null;
        var found = new Dictionary<string, TextClassified>();
        foreach (var ((id, _), prediction) in names.Zip(read))
        {
            if (prediction is not null)
                found.TryAdd(id, prediction);
        }

        return found.Keys.Zip(vault.Open([.. found.Values])).ToDictionary(static pair => pair.First, static pair => pair.Second);
    }
}
