using System.Collections.Concurrent;
using StreamBert.Contracts;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Commands;

/// <summary>The labels of each pipeline's heads, learned from its latest prediction: the Gateway knows no model.</summary>
public sealed class KnownLabels(StateStore store)
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> None = new Dictionary<string, IReadOnlyList<string>>();
    private readonly ConcurrentDictionary<string, (string Version, IReadOnlyDictionary<string, IReadOnlyList<string>> Labels)> _known = new();

    /// <summary>Head → labels, in order; empty while the pipeline has classified nothing that is still known.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> OfAsync(string pipeline, CancellationToken cancellation)
    {
        if (_known.TryGetValue(pipeline, out var known)) return known.Labels;
        try
        {
            if (await store.RecentPredictionsAsync(new(pipeline, Limit: 1), cancellation) is [var latest]) Observe(latest);
        }
        catch (StateUnavailableException)
        {
            return None; // labels are a help, not a condition
        }
        return _known.TryGetValue(pipeline, out known) ? known.Labels : None;
    }

    internal void Observe(TextClassified prediction)
    {
        if (_known.TryGetValue(prediction.Pipeline, out var known) && known.Version == prediction.ModelVersion) return;
        _known[prediction.Pipeline] = (prediction.ModelVersion, prediction.Heads.ToDictionary(
            head => head.Key, head => (IReadOnlyList<string>)[.. head.Value.Scores.Keys.Order(StringComparer.Ordinal)]));
    }
}
