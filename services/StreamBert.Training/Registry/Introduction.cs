using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Registry;

/// <summary>
/// Tells the log once of the package that serves while nothing was promoted, so that people see it, and feedback can be checked against its
/// labels, before anything was
/// trained here. Workers take no notice: only a promotion changes what they serve.
/// </summary>
public sealed class Introduction(IEventLog log, PipelineCatalog pipelines, ModelDirectory directory, TimeProvider time)
{
    public async Task MakeAsync(CancellationToken cancellation)
    {
        foreach (var model in pipelines.All.Select(static pipeline => pipeline.Model).Distinct())
        {
            var history = await ModelHistory.ReadAsync(log, model, cancellation);
            if (history.Served.Count == 0 && Shipped(model) is { } shipped
                && !history.Trained.Any(known => known.Version == shipped.Version && known.Labels is not null))
            {
                await log.AppendAsync([Records.Of(Topics.Models, model, shipped, shipped.TrainedAt)], cancellation);
            }
        }
    }

    private ModelTrained? Shipped(string model)
    {
        if (directory.ShippedManifest(model) is not { } manifest)
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
            Labels = manifest.LabelsByHead,
            Accepted = true,
            Gates = [manifest.Reports.Count > 0
                ? "passed: ships with the program, measured on its test sets"
                : "passed: ships with the program, without reports"],
        };
    }
}
