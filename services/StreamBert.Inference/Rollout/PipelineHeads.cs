using StreamBert.Streaming.Pipelines;

namespace StreamBert.Inference.Rollout;

/// <summary>Collects the heads that pipelines need.</summary>
internal static class PipelineHeads
{
    /// <summary>Returns the heads that all pipelines of a model use together.</summary>
    public static IReadOnlyCollection<string> HeadsOf(this PipelineCatalog pipelines, string model) =>
        pipelines.Classified.Where(pipeline => pipeline.Model == model).SelectMany(static pipeline => pipeline.Heads).ToHashSet();
}
