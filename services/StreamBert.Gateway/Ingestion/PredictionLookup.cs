using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Finds predictions by the ids that clients gave their texts; the store may hold them under pseudonyms.</summary>
internal static class PredictionLookup
{
    /// <returns>Null if no prediction is stored.</returns>
    /// <exception cref="StateUnavailableException">The state store cannot be reached.</exception>
    public static async Task<TextClassified?> FindAsync(
        this StateStore store, PrivacyFilter privacy, SubjectVault vault, string id, ReadLease lease, CancellationToken cancellation)
    {
        foreach (var name in privacy.StoredIdsOf(id))
        {
            if (await store.FindPredictionAsync(name, cancellation, lease) is { } prediction)
                return vault.Open(prediction);
        }
        return null;
    }

    /// <returns>The stored predictions by id; null if they are too large to be read together.</returns>
    /// <exception cref="StateUnavailableException">The state store cannot be reached.</exception>
    public static async Task<IReadOnlyDictionary<string, TextClassified>?> FindAllAsync(
        this StateStore store, PrivacyFilter privacy, SubjectVault vault, IReadOnlyList<string> ids, ReadLease lease,
            CancellationToken cancellation)
    {
        var names = ids.SelectMany(id => privacy.StoredIdsOf(id).Select(name => (Id: id, Name: name))).ToList();
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
