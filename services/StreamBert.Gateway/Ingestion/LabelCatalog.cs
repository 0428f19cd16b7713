using System.Collections.Concurrent;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Ingestion;

/// <summary>
/// Knows the labels of each pipeline's heads. The Gateway has no model: it takes them from the latest prediction, and before the first
/// one from the events of the
/// serving version. A head that recognizes entities has no labels.
/// </summary>
public sealed class LabelCatalog(StateStore store, PipelineCatalog pipelines)
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> None = new Dictionary<string, IReadOnlyList<string>>();

    private readonly ConcurrentDictionary<string,
        (string Version, IReadOnlyDictionary<string, IReadOnlyList<string>> Labels)> _known = new();

    /// <summary>Gets the labels of a pipeline by head, in order; empty while nothing is known of its model.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> GetAsync(string pipeline, CancellationToken cancellation)
    {
        if (_known.TryGetValue(pipeline, out var known))
            return known.Labels;
        try
        {
            if (await store.ListPredictionsAsync(new(pipeline, Limit: 1), cancellation) is [var latest])
                Observe(latest);
            else
                Observe(pipeline, await store.ListModelsAsync(cancellation));
        }
        catch (StateUnavailableException)
        {
            return None; // The labels are optional.
        }
        return _known.TryGetValue(pipeline, out known) ? known.Labels : None;
    }

    /// <summary>Takes the labels of a new model version from its first prediction.</summary>
    internal void Observe(TextClassified prediction)
    {
        if (pipelines.Find(prediction.Pipeline) is null)
            return;
        if (_known.TryGetValue(prediction.Pipeline, out var known) && known.Version == prediction.ModelVersion)
            return;
        var labels = prediction.Heads.ToDictionary(static head => head.Key, static head => Sort(head.Value.Scores.Keys));
        _known[prediction.Pipeline] = (prediction.ModelVersion, labels);
    }

    /// <summary>Takes the labels of a version that serves from now on.</summary>
    internal void Observe(ModelPromoted promoted)
    {
        foreach (var pipeline in pipelines.All.Where(pipeline => pipeline.Model == promoted.Model))
            Observe(pipeline, promoted.Version, promoted.Labels);
    }

    private void Observe(string name, IReadOnlyList<ModelVersionView> models)
    {
        if (pipelines.Find(name) is not { } pipeline)
            return;
        var serving = models.FirstOrDefault(model => model.Model == pipeline.Model && model.State == ModelStates.Serving);
        if (serving is not null)
            Observe(pipeline, serving.Version, serving.Promoted?.Labels ?? serving.Trained?.Labels);
    }

    private void Observe(PipelineOptions pipeline, string version, IReadOnlyDictionary<string, IReadOnlyList<string>>? labels)
    {
        if (labels is null)
            return;
        var ofHeads = labels.Where(head => pipeline.Heads.Contains(head.Key));
        _known[pipeline.Name] = (version, ofHeads.ToDictionary(static head => head.Key, static head => Sort(head.Value)));
    }

    private static IReadOnlyList<string> Sort(IEnumerable<string> labels) => [.. labels.Order(StringComparer.Ordinal)];
}
