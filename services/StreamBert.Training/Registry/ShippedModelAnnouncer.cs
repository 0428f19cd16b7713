using StreamBert.Contracts;
using StreamBert.Model.Manifests;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Registry;

/// <summary>
/// Announces each shipped package in the log once, so that it is listed and feedback can be checked against its labels before anything was
/// trained. Workers ignore the announcement: only a promotion changes the serving version.
/// </summary>
internal sealed class ShippedModelAnnouncer(IEventLog log, PipelineCatalog pipelines, ModelDirectory directory, TimeProvider time)
{
    /// <summary>Announces the shipped packages of the pipelines' models that are not announced yet.</summary>
    public async Task AnnounceAsync(CancellationToken cancellation)
    {
        foreach (var model in pipelines.Classified.Select(static pipeline => pipeline.Model).Distinct())
        {
            var history = await ModelHistory.ReadAsync(log, model, cancellation);
            if (history.Served.Count > 0 || directory.FindShippedManifest(model) is not { } manifest)
                continue;
            NewRecord[] records = [.. Profile(history, model, manifest), .. Announcement(history, model, manifest)];
            if (records.Length > 0)
                await log.AppendAsync(records, cancellation, atomic: true);
        }
    }

    private IEnumerable<NewRecord> Profile(ModelHistory history, string model, PackageManifest manifest) =>
        history.Profiled.Contains(manifest.Version) ? [] : directory.FindShippedProfile(model) is not { } profile ? []
            : [EventRecord.Create(Topics.Models, model, Profiled(model, manifest.Version, profile), time.GetUtcNow())];

    private ModelProfiled Profiled(string model, string version, ReferenceProfile profile) =>
        new() { Model = model, Version = version, Profile = profile, PublishedAt = time.GetUtcNow() };

    private IEnumerable<NewRecord> Announcement(ModelHistory history, string model, PackageManifest manifest)
    {
        if (IsAnnounced(history, manifest))
            return [];
        var announcement = Announcement(model, manifest);
        return [EventRecord.Create(Topics.Models, model, announcement, announcement.TrainedAt)];
    }

    private static bool IsAnnounced(ModelHistory history, PackageManifest manifest) =>
        history.Trained.Any(trained => trained.Version == manifest.Version && trained.Labels is not null);

    private ModelTrained Announcement(string model, PackageManifest manifest) => new()
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
        Gates =
        [
            manifest.Reports.Count > 0
                ? "passed: ships with the program, evaluated on its test sets"
                : "passed: ships with the program, without reports",
        ],
    };
}
