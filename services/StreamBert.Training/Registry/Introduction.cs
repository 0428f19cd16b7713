using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>
/// Tells the log once of a package that ships with reports, so that people see what serves before anything was trained here. Workers take no notice:
/// only a promotion changes what they serve.
/// </summary>
public sealed class Introduction(IEventLog log, PipelineCatalog pipelines, ModelDirectory directory, TimeProvider time)
{
    public async Task MakeAsync(CancellationToken cancellation)
    {
        foreach (var model in pipelines.All.Select(static pipeline => pipeline.Model).Distinct())
        {
            var history = await ModelHistory.ReadAsync(log, model, cancellation);
            if (history.Served.Count == 0 && Shipped(model) is { } shipped && history.Trained.All(known => known.Version != shipped.Version))
                await log.AppendAsync([Records.Of(Topics.Models, model, shipped, shipped.TrainedAt)], cancellation);
        }
    }

    private ModelTrained? Shipped(string model)
    {
        if (directory.ShippedManifest(model) is not { Reports.Count: > 0 } manifest)
            return null;
        return new ModelTrained
        {
            Model = model,
            Version = manifest.Version,
            Parent = manifest.Parent,
            TrainedAt = time.GetUtcNow(),
            TrainingSeconds = 0,
            FeedbackCount = 0,
            ReplayCount = 0,
            Candidate = manifest.Reports,
            Accepted = true,
            Gates = ["passed: ships with the program, measured on its test sets"],
        };
    }
}
