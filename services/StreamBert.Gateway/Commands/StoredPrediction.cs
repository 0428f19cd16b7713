using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Gateway.Commands;

/// <summary>Finds predictions by the ids that clients gave their texts, which may be stored under pseudonyms.</summary>
internal static class StoredPrediction
{
    /// <returns>Null if none is stored.</returns>
    /// <exception cref="StateUnavailableException">The state store cannot be reached.</exception>
    public static async Task<TextClassified?> FindAsync(
        this StateStore store,
        TextGuard guard,
        SubjectVault vault,
        string id,
        ReadRoom room,
        CancellationToken cancellation)
    {
        foreach (var name in guard.StoredNames(id))
        {
            if (await store.PredictionAsync(name, cancellation, room) is { } prediction)
                return vault.Show(prediction);
        }

        return null;
    }

    /// <returns>Those that are stored, by their ids; null if they are too large to be held together.</returns>
    /// <exception cref="StateUnavailableException">The state store cannot be reached.</exception>
    public static async Task<IReadOnlyDictionary<string, TextClassified>?> FindAllAsync(
        this StateStore store, TextGuard guard, SubjectVault vault, IReadOnlyList<string> ids, ReadRoom room, CancellationToken cancellation)
    {
        var names = ids.SelectMany(id => guard.StoredNames(id).Select(name => (Id: id, Name: name))).ToList();
        var read = await store.PredictionsAsync([.. names.Select(static name => name.Name)], cancellation, room);
        if (read.Count < names.Count)
            return null;
        var found = new Dictionary<string, TextClassified>();
        foreach (var ((id, _), prediction) in names.Zip(read))
        {
            if (prediction is not null)
                found.TryAdd(id, prediction);
        }

        return found.Keys.Zip(vault.Show([.. found.Values])).ToDictionary(static pair => pair.First, static pair => pair.Second);
    }
}
