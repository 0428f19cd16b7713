using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Inference.Rollout;

/// <summary>Creates the records that announce a refused or repaired version: an event for the topic <c>models</c>, and its alert.</summary>
internal sealed class RefusalRecords(PipelineCatalog pipelines, TimeProvider time)
{
    /// <summary>Announces a refused version. If it replaces another refusal, that alert is resolved under the same fingerprint.</summary>
    /// <param name="previous">The refusal of the same model that the log holds; null: none.</param>
    public (object ModelEvent, IReadOnlyList<NewRecord> Records) Refused(RefusedVersion version, ModelRefused? previous)
    {
        var (target, now) = (version.Target, time.GetUtcNow());
        var refused = new ModelRefused
        {
            Model = target.Model,
            Version = target.Version,
            Serving = version.Serving,
            Reason = version.Reason,
            RefusedAt = now,
            AlertId = $"{Fingerprint(target.Model)}/{target.Version}/{now.UtcTicks}-{Guid.NewGuid().ToString("N")[..6]}",
        };
        var raised = Record(Topics.Alerts, Fingerprint(target.Model), Alert(refused), now);
        NewRecord[] alerts = previous is null ? [raised] : [Resolution(previous, now, $"{target.Version} is refused now."), raised];
        return (refused, [Record(Topics.Models, target.Model, refused, now), .. alerts]);
    }

    /// <summary>Announces that a version of a refused model serves, and resolves the alert.</summary>
    public (object ModelEvent, IReadOnlyList<NewRecord> Records) Repaired(ModelRefused refused, string serving)
    {
        var now = time.GetUtcNow();
        var repaired = new ModelRepaired { Model = refused.Model, Version = serving, Refused = refused.Version, RepairedAt = now };
        return (repaired, [Record(Topics.Models, refused.Model, repaired, now), Resolution(refused, now, $"{serving} serves.")]);
    }

    private AlertRaised Alert(ModelRefused refused) => new()
    {
        Id = refused.AlertId,
        Fingerprint = Fingerprint(refused.Model),
        Kind = AlertKinds.ModelRefused,
        Series = pipelines.SeriesOf(refused.Model),
        Severity = refused.Serving is null ? "critical" : "warning",
        Title = $"{refused.Version} is refused; {refused.Serving ?? "no version of the model"} serves",
        Message = $"{refused.Reason} When the package is restored, it serves automatically.",
        Window = new(refused.RefusedAt, refused.RefusedAt),
        RaisedAt = refused.RefusedAt,
        Value = 1,
        Baseline = 0,
        Unit = "refused versions",
        Count = 1,
        Evidence = 0,
        EvidenceKind = "count, refused versions",
    };

    private NewRecord Resolution(ModelRefused refused, DateTimeOffset now, string message)
    {
        var resolved = new AlertResolved
        {
            Id = refused.AlertId,
            Fingerprint = Fingerprint(refused.Model),
            Kind = AlertKinds.ModelRefused,
            Series = pipelines.SeriesOf(refused.Model),
            ResolvedAt = now,
            Value = 0,
            Baseline = 0,
            Message = message,
        };
        return Record(Topics.Alerts, resolved.Fingerprint, resolved, now);
    }

    private static string Fingerprint(string model) => $"{AlertKinds.ModelRefused}/{model}";

    private static NewRecord Record<T>(string topic, string key, T value, DateTimeOffset timestamp) =>
        EventRecord.Create(topic, key, value, timestamp);
}
