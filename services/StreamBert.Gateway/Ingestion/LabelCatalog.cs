using System.Collections.Concurrent;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Ingestion;

/// <summary>
/// The labels of each pipeline's heads. The Gateway knows no model: it learns them from the latest prediction, and before the first one
/// from what the log says of the version
/// that serves. A head that names entities has none.
/// </summary>
public sealed class LabelCatalog(StateStore store, PipelineCatalog pipelines)
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> None = new Dictionary<string, IReadOnlyList<string>>();
    private readonly ConcurrentDictionary<string, (string Version, IReadOnlyDictionary<string, IReadOnlyList<string>> Labels)> _known
        = new();

    /// <summary>Head → labels, in order; empty while nothing is known of the pipeline's model.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> OfAsync(string pipeline, CancellationToken cancellation)
    {
        if (_known.TryGetValue(pipeline, out var known)) return known.Labels;
        try
        {
            if (await store.ListPredictionsAsync(new(pipeline, Limit: 1), cancellation) is [var latest]) Observe(latest);
            else Observe(pipeline, await store.ListModelsAsync(cancellation));
        }
        catch (StateUnavailableException)
        {
            return None; // labels are a help, not a condition
        }
        return _known.TryGetValue(pipeline, out known) ? known.Labels : None;
    }

    internal void Observe(TextClassified prediction)
    {
        if (pipelines.Find(prediction.Pipeline) is null) return; // a stranger's
        if (_known.TryGetValue(prediction.Pipeline, out var known) && known.Version == prediction.ModelVersion) return;
        _known[prediction.Pipeline] = (prediction.ModelVersion, prediction.Heads
            .ToDictionary(static head => head.Key, static head => InOrder(head.Value.Scores.Keys)));
    }

    /// <summary>From now on another version serves, whose labels may be others.</summary>
    internal void Observe(ModelPromoted promoted)
    {
        foreach (var pipeline in pipelines.All.Where(pipeline => pipeline.Model == promoted
            .Model))
        {
            Observe(pipeline, promoted.Version, promoted.Labels);
        }
    }

    private void Observe(string name, IReadOnlyList<ModelVersionView> models)
    {
        if (pipelines.Find(name) is not { } pipeline) return;
        var serving = models.FirstOrDefault(model => model.Model == pipeline.Model && model.State == ModelStates.Serving);
        if (serving is not null) Observe(pipeline, serving.Version, serving.Promoted?.Labels ?? serving.Trained?.Labels);
    }

    private void Observe(PipelineOptions pipeline, string version, IReadOnlyDictionary<string, IReadOnlyList<string>>? labels)
    {
        if (labels is not null)
        {
            _known[pipeline.Name] = (version, labels.Where(head => pipeline.Heads.Contains(head.Key))
                .ToDictionary(static head => head.Key, static head => InOrder(head.Value)));
        }
    }

    private static IReadOnlyList<string> InOrder(IEnumerable<string> labels) => [.. labels.Order(StringComparer.Ordinal)];
}
