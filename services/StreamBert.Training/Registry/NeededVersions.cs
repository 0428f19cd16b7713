using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Registry;

/// <summary>Downloads the versions that decisions are about: those that serve, and the candidates of rollouts.</summary>
internal sealed class NeededVersions(IEventLog log, PipelineCatalog pipelines, ModelDirectory directory, RegistryAccess registry)
{
    /// <summary>Downloads those that the directory lacks.</summary>
    public async Task FetchAsync(CancellationToken cancellation)
    {
        foreach (var model in pipelines.Classified.Select(static pipeline => pipeline.Model).Distinct())
        {
            var history = await ModelHistory.ReadAsync(log, model, cancellation);
            string?[] versions = [directory.FindServing(model, history)?.Version, history.Rollout?.Version];
            foreach (var version in versions.OfType<string>())
                await registry.FetchAsync(model, version, cancellation);
        }
    }
}
