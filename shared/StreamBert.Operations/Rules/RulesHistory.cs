using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Rules;

/// <summary>Reads and appends the changes of monitoring rules. They are in the log only, because there are few.</summary>
/// <param name="log">The event log.</param>
/// <param name="time">Supplies the time of a change.</param>
public sealed class RulesHistory(IEventLog log, TimeProvider time)
{
    /// <summary>Reads the changes of a pipeline, in the order in which they were appended.</summary>
    /// <param name="pipeline">The name of the pipeline.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The changes; a record that cannot be read is left out, as the monitor leaves it out and reports it.</returns>
    public async Task<IReadOnlyList<RulesChanged>> ReadAsync(string pipeline, CancellationToken cancellation)
    {
        List<RulesChanged> changes = [];
        await foreach (var record in log.ReadToEndAsync(Topics.Rules, null, cancellation, awaitOpenTransactions: true))
        {
            if (EventReader.Read<RulesChanged>(record, out var change) is null && change.Pipeline == pipeline)
                changes.Add(change);
        }
        return changes;
    }

    /// <summary>Returns the rules of a window that starts at a time.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="changes">The changes, in the order in which they were appended.</param>
    /// <param name="at">The start of the window, in event time.</param>
    public static MonitorRules RulesAt(PipelineOptions pipeline, IEnumerable<RulesChanged> changes, DateTimeOffset at) =>
        changes.Where(change => change.EffectiveFrom <= at).OrderBy(static change => change.EffectiveFrom).LastOrDefault()?.Rules
            ?? pipeline.Monitor.Rules;

    /// <summary>Appends a change and its audit entry in one step.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="rules">The rules; null for those of the configuration. They must be valid.</param>
    /// <param name="effectiveFrom">The event time from which they apply; null for the next window after now.</param>
    /// <param name="actor">Who changes the rules.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public async Task<RulesChanged> ChangeAsync(
        PipelineOptions pipeline, MonitorRules? rules, DateTimeOffset? effectiveFrom, string actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var change = new RulesChanged
        {
            Pipeline = pipeline.Name,
            Rules = rules,
            EffectiveFrom = effectiveFrom ?? NextWindow(now, pipeline.Monitor.Window),
            Actor = actor,
            ChangedAt = now,
        };
        var audit = new AuditEntry { At = now, Actor = actor, Action = AuditActions.RulesChanged, Target = pipeline.Name };
        await log.AppendAsync([EventRecord.Create(Topics.Rules, pipeline.Name, change, now), AuditTrail.Record(audit)], cancellation);
        return change;
    }

    private static DateTimeOffset NextWindow(DateTimeOffset now, TimeSpan window) =>
        new(now.UtcTicks - now.UtcTicks % window.Ticks + window.Ticks, TimeSpan.Zero);
}
