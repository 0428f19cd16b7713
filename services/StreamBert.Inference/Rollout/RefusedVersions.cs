using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Inference.Rollout;

/// <summary>
/// Holds the versions that are to serve and cannot be loaded. Reports them in the health of the process, and publishes them to the log
/// with an alert: once for all workers, and again when the version serves after all. Thread-safe.
/// </summary>
internal sealed class RefusedVersions(
    IEventLog log, PipelineCatalog pipelines, Readiness readiness, TimeProvider time, ILogger<RefusedVersions> logger)
{
    private readonly Lock _lock = new();
    private readonly RefusalRecords _records = new(pipelines, time);
    private readonly Dictionary<string, RefusedVersion> _refused = [];

    /// <summary>The refusal of each model that the log holds.</summary>
    private readonly Dictionary<string, ModelRefused> _published = [];

    /// <summary>The version of each model that was accepted last.</summary>
    private readonly Dictionary<string, string> _accepted = [];

    /// <summary>The refused targets.</summary>
    public IReadOnlyList<ModelTarget> Targets
    {
        get
        {
            lock (_lock)
                return [.. _refused.Values.Select(static version => version.Target)];
        }
    }

    /// <param name="serving">The version that serves instead; null: none.</param>
    public void Refuse(ModelTarget target, string reason, string? serving)
    {
        lock (_lock)
            _refused[target.Model] = new(target, reason, serving);
        readiness.Degrade(
            ModelServer.ReadinessPartOf(target.Model),
            $"{target.Version} is to serve and is refused; {serving ?? "no version"} serves"
            + $"{(serving is null ? ", and the texts wait" : " instead")}. {reason}",
            "Restore its package and it serves automatically; or promote another version (streambert models import … --promote), "
            + "or roll back.");
    }

    /// <summary>Records that the target serves, so that no version of its model is refused any more.</summary>
    public void Accept(ModelTarget target)
    {
        lock (_lock)
        {
            _refused.Remove(target.Model);
            _accepted[target.Model] = target.Version;
        }
        readiness.Recover(ModelServer.ReadinessPartOf(target.Model));
    }

    /// <summary>Records a refusal or a repair that any worker has published.</summary>
    public void Observe(object? modelEvent)
    {
        lock (_lock)
        {
            if (modelEvent is ModelRefused refused)
                _published[refused.Model] = refused;
            else if (modelEvent is ModelRepaired repaired)
                _published.Remove(repaired.Model);
        }
    }

    /// <summary>
    /// Publishes the refusals and repairs that the log does not hold yet. If the log rejects a write, the next call retries it.
    /// </summary>
    public async Task PublishAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var (modelEvent, records) in Unpublished())
            {
                await log.AppendAsync(records, cancellation, atomic: true);
                Observe(modelEvent);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.Log(
                e is LogUnavailableException ? LogLevel.Debug : LogLevel.Warning,
                "Refused model versions cannot be published to the log, trying again: {Reason}", e.Message);
        }
    }

    private List<(object ModelEvent, IReadOnlyList<NewRecord> Records)> Unpublished()
    {
        lock (_lock)
        {
            return
            [
                .. _refused.Values.Where(version => !IsPublished(version))
                    .Select(version => _records.Refused(version, _published.GetValueOrDefault(version.Target.Model))),
                .. _published.Values.Where(refused => !_refused.ContainsKey(refused.Model) && _accepted.ContainsKey(refused.Model))
                    .Select(refused => _records.Repaired(refused, _accepted[refused.Model])),
            ];
        }
    }

    private bool IsPublished(RefusedVersion version) =>
        _published.TryGetValue(version.Target.Model, out var published)
        && published.Version == version.Target.Version && published.Serving == version.Serving;
}
