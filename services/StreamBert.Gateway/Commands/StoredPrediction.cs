using StreamBert.Contracts;
using StreamBert.Streaming.Privacy;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Commands;

/// <summary>Finds predictions by the ids that clients gave their texts, which may be stored under pseudonyms.</summary>
internal static class StoredPrediction
{
    /// <returns>Null if none is stored.</returns>
    /// <exception cref="StateUnavailableException">The state store cannot be reached.</exception>
    public static async Task<TextClassified?> FindAsync(this StateStore store, TextGuard guard, string id, CancellationToken cancellation)
    {
        foreach (var name in guard.StoredNames(id))
            if (await store.PredictionAsync(name, cancellation) is { } prediction)
                return prediction;
        return null;
    }
}
