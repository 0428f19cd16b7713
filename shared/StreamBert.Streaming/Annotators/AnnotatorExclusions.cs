using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Annotators;

/// <summary>
/// The annotators whose labels are left out of data sets. They are in the log only, on a topic that annotation tools need not write to: who
/// may give feedback may not decide whose feedback counts.
/// </summary>
public sealed class AnnotatorExclusions
{
    private readonly Dictionary<(string Annotator, string? Pipeline), AnnotatorExclusionChanged> _changes = [];

    /// <summary>The last change of each annotator and pipeline, by annotator.</summary>
    public IReadOnlyList<AnnotatorExclusionChanged> Changes =>
    [
        .. _changes.Values.OrderBy(static change => change.Annotator, StringComparer.Ordinal)
            .ThenBy(static change => change.Pipeline, StringComparer.Ordinal),
    ];

    /// <summary>Reads the exclusions from the log; a record that cannot be read changes nothing.</summary>
    public static async Task<AnnotatorExclusions> ReadAsync(IEventLog log, CancellationToken cancellation)
    {
        var exclusions = new AnnotatorExclusions();
        await foreach (var record in log.ReadToEndAsync(Topics.Annotators, null, cancellation, awaitOpenTransactions: true))
        {
            if (EventReader.Read<AnnotatorExclusionChanged>(record, out var change) is null)
                exclusions.Apply(change);
        }
        return exclusions;
    }

    /// <summary>Appends a change and its audit entry in one step.</summary>
    /// <param name="log">The event log.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public static Task AppendAsync(IEventLog log, AnnotatorExclusionChanged change, CancellationToken cancellation)
    {
        var audit = new AuditEntry
        {
            At = change.ChangedAt,
            Actor = change.Actor,
            Action = change.Excluded ? AuditActions.AnnotatorExcluded : AuditActions.AnnotatorIncluded,
            Target = change.Pipeline is null ? change.Annotator : $"{change.Pipeline}/{change.Annotator}",
            Details = change.Reason is { } reason ? new Dictionary<string, string> { ["reason"] = reason } : [],
        };
        return log.AppendAsync(
            [EventRecord.Create(Topics.Annotators, change.Annotator, change, change.ChangedAt), AuditTrail.Record(audit)], cancellation);
    }

    /// <summary>Applies a change after those before it.</summary>
    public void Apply(AnnotatorExclusionChanged change) => _changes[(change.Annotator, change.Pipeline)] = change;

    /// <summary>Returns whether an annotator's labels in a pipeline are left out.</summary>
    public bool IsExcluded(string annotator, string pipeline) =>
        (_changes.GetValueOrDefault((annotator, pipeline)) ?? _changes.GetValueOrDefault((annotator, null))) is { Excluded: true };
}
