using System.Text;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Serving;

/// <summary>
/// Versions that are to serve and do not, because their packages are damaged or cannot be loaded: tells it by the process's health, and to
/// the log, with an alert, once for all workers,
/// and again when the version serves after all.
/// </summary>
public sealed class ModelRefusals(
    IEventLog log,
    PipelineCatalog pipelines,
    Readiness readiness,
    TimeProvider time,
    ILogger<ModelRefusals> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Refusal> _refused = [];

    /// <summary>Model → the refusal that the log tells of.</summary>
    private readonly Dictionary<string, ModelRefused> _told = [];
    private readonly Dictionary<string, string> _accepted = [];

    /// <summary>The targets that are refused now.</summary>
    public IReadOnlyList<ModelTarget> Targets
    {
        get
        {
            lock (_gate)
                return [.. _refused.Values.Select(static refusal => refusal.Target)];
        }
    }

    /// <param name="serving">The version that serves in its place; null: none.</param>
    public void Refuse(ModelTarget target, string reason, string? serving)
    {
        lock (_gate)
            _refused[target.Model] = new(target, reason, serving);
        readiness.Degrade(
            ModelServer.PartOf(target.Model),
            $"{target.Version} is to serve and is refused; {serving ?? "no version"} serves{(serving is null ? ", and the texts wait" : " instead")}. {reason}",
            "Restore its package, and it serves by itself; or promote another version (streambert models import … --promote), or roll back.");
    }

    /// <summary>The target serves, so nothing of its model is refused any more.</summary>
    public void Accept(ModelTarget target)
    {
        lock (_gate)
        {
            _refused.Remove(target.Model);
            _accepted[target.Model] = target.Version;
        }
        readiness.Recover(ModelServer.PartOf(target.Model));
    }

    /// <summary>Takes notice of what a record of the topic tells of refusals, by whichever worker.</summary>
    public void Observe(object? written)
    {
        lock (_gate)
        {
            if (written is ModelRefused refused)
                _told[refused.Model] = refused;
            else if (written is ModelRepaired repaired)
                _told.Remove(repaired.Model);
        }
    }

    /// <summary>Tells the log what it does not know yet. While it takes no writes, the next call tells it.</summary>
    public async Task TellAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var (written, records) in News())
            {
                await log.AppendAsync(records, cancellation, whole: true);
                Observe(written);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.Log(
                e is LogUnavailableException ? LogLevel.Debug : LogLevel.Warning,
                "The log cannot be told of refused models now, trying again: {Reason}",
                e.Message);
        }
    }

    private List<(object Written, IReadOnlyList<NewRecord> Records)> News()
    {
        lock (_gate)
        {
            return
            [
                .. _refused.Values.Where(refusal => !(_told.TryGetValue(refusal.Target.Model, out var told)
                    && told.Version == refusal.Target.Version
                    && told.Serving == refusal.Serving))
                    .Select(Refused),
                .. _told.Values.Where(told => !_refused.ContainsKey(told.Model) && _accepted.ContainsKey(told.Model)).Select(Repaired),
            ];
        }
    }

    /// <summary>The alert of a refusal that another takes the place of goes on under the same fingerprint.</summary>
    private (object Written, IReadOnlyList<NewRecord> Records) Refused(Refusal refusal)
    {
        var (target, now) = (refusal.Target, time.GetUtcNow());
        var refused = new ModelRefused
        {
            Model = target.Model,
            Version = target.Version,
            Serving = refusal.Serving,
            Reason = refusal.Reason,
            RefusedAt = now,
            AlertId = $"{Fingerprint(target.Model)}/{target.Version}/{now.UtcTicks}-{Guid.NewGuid().ToString("N")[..6]}",
        };
        var ended = _told.GetValueOrDefault(target.Model);
        return (refused,
        [
            Record(Topics.Models, target.Model, refused, now),
            .. ended is null ? [] : (NewRecord[])[Record(
                Topics.Alerts,
                Fingerprint(target.Model),
                Resolution(ended, now, $"{target.Version} is refused now."),
                now)],
            Record(Topics.Alerts, Fingerprint(target.Model), Alert(refused), now),
        ]);
    }

    private (object Written, IReadOnlyList<NewRecord> Records) Repaired(ModelRefused told)
    {
        var now = time.GetUtcNow();
        var repaired = new ModelRepaired { Model = told.Model, Version = _accepted[told.Model], Refused = told.Version, RepairedAt = now };
        return (repaired,
        [
            Record(Topics.Models, told.Model, repaired, now),
            Record(Topics.Alerts, Fingerprint(told.Model), Resolution(told, now, $"{repaired.Version} serves."), now),
        ]);
    }

    private AlertRaised Alert(ModelRefused refused) => new()
    {
        Id = refused.AlertId,
        Fingerprint = Fingerprint(refused.Model),
        Kind = AlertKinds.ModelRefused,
        Series = Series(refused.Model),
        Severity = refused.Serving is null ? "critical" : "warning",
        Title = $"{refused.Version} is refused; {refused.Serving ?? "no version of the model"} serves",
        Message = $"{refused.Reason} When the package is restored, it serves by itself.",
        Window = new(refused.RefusedAt, refused.RefusedAt),
        RaisedAt = refused.RefusedAt,
        Value = 1,
        Baseline = 0,
        Unit = "refused versions",
        Count = 1,
        Evidence = 0,
        EvidenceKind = "the package was read and checked",
    };

    private AlertResolved Resolution(ModelRefused told, DateTimeOffset now, string message) => new()
    {
        Id = told.AlertId,
        Fingerprint = Fingerprint(told.Model),
        Kind = AlertKinds.ModelRefused,
        Series = Series(told.Model),
        ResolvedAt = now,
        Value = 0,
        Baseline = 0,
        Message = message,
    };

    private SeriesKey Series(string model)
    {
        var pipeline = pipelines.All.FirstOrDefault(one => one.Model == model) ?? pipelines.All[0];
        return new(pipeline.Name, pipeline.Heads.Count > 0 ? pipeline.Heads[0] : "", SeriesKey.All);
    }

    private static string Fingerprint(string model) => $"{AlertKinds.ModelRefused}/{model}";

    private static NewRecord Record<T>(string topic, string key, T value, DateTimeOffset timestamp) =>
        new(topic, Encoding.UTF8.GetBytes(key), Wire.Serialize(value), timestamp) { Headers = Wire.HeadersFor<T>() };

    private sealed record Refusal(ModelTarget Target, string Reason, string? Serving);
}
