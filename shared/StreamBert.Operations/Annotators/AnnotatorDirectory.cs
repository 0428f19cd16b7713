using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Annotators;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Annotators;

/// <summary>
/// Lists the annotators of the stored feedback, and leaves their labels out of data sets or uses them again. It reads the feedback from the
/// log, where there is far less of it than of texts.
/// </summary>
/// <param name="log">The event log.</param>
/// <param name="privacy">Determines how annotators may be shown.</param>
/// <param name="vault">Opens sealed feedback; that of erased subjects names nobody and is not counted.</param>
/// <param name="time">Supplies the time of a change.</param>
public sealed class AnnotatorDirectory(IEventLog log, PrivacyFilter privacy, SubjectVault vault, TimeProvider time)
{
    /// <summary>Lists the annotators with their labels, their reliability and their exclusions.</summary>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<AnnotatorsView> ListAsync(CancellationToken cancellation)
    {
        var counts = await CountLabelsAsync(cancellation);
        var changes = (await AnnotatorExclusions.ReadAsync(log, cancellation)).Changes.ToLookup(static change => change.Annotator);
        var trained = await ReadLastRunsAsync(cancellation);
        var names = counts.Keys.Concat(changes.Select(static annotator => annotator.Key)).Distinct();
        var views = names.Select(name => new AnnotatorView
        {
            Annotator = name,
            Labels = counts.GetValueOrDefault(name)?.Labels ?? 0,
            Pipelines = counts.GetValueOrDefault(name)?.Pipelines ?? [],
            LastLabelAt = counts.GetValueOrDefault(name)?.LastLabelAt,
            Excluded = changes[name].Any(static change => change is { Pipeline: null, Excluded: true }),
            Changes = [.. changes[name]],
            Models = trained.SelectMany(run => run.Value.Annotators.Where(report => report.Annotator == name)
                .Select(report => (run.Key, report))).ToDictionary(static run => run.Key, static run => run.report),
        });
        return new(
            [.. views.OrderByDescending(static view => view.Labels).ThenBy(static view => view.Annotator, StringComparer.Ordinal)],
            trained.ToDictionary(static run => run.Key, static run => run.Value.Agreement));
    }

    /// <summary>Leaves the labels of an annotator out of later data sets, or uses them again.</summary>
    /// <param name="annotator">The annotator, by name or by pseudonym.</param>
    /// <param name="pipeline">The pipeline; null for all.</param>
    /// <param name="excluded">Whether the labels are left out.</param>
    /// <param name="actor">Who makes the change.</param>
    /// <param name="reason">The reason; null if none was given.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The change; null if nobody of that name has given feedback or was excluded before, and nothing was changed.</returns>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public async Task<AnnotatorExclusionChanged?> ChangeAsync(
        string annotator, string? pipeline, bool excluded, string actor, string? reason, CancellationToken cancellation)
    {
        var known = (await ListAsync(cancellation)).Annotators.Select(static view => view.Annotator).ToHashSet();
        var names = privacy.NamesOfAnnotator(pipeline, annotator);
        if (names.FirstOrDefault(known.Contains) is not { } name)
            return null;
        var change = new AnnotatorExclusionChanged
        {
            Annotator = name,
            Pipeline = pipeline,
            Excluded = excluded,
            Actor = actor,
            Reason = reason is null ? null : privacy.RedactText(pipeline, reason),
            ChangedAt = time.GetUtcNow(),
        };
        await AnnotatorExclusions.AppendAsync(log, change, cancellation);
        return change;
    }

    private async Task<Dictionary<string, AnnotatorCounts>> CountLabelsAsync(CancellationToken cancellation)
    {
        var withdrawn = new FeedbackWithdrawals();
        await foreach (var opened in vault.OpenAsync(ReadFeedback(isWithdrawal: true, cancellation), cancellation))
            withdrawn.Add(opened.Record);
        var counts = new Dictionary<string, AnnotatorCounts>();
        await foreach (var (record, _, state) in vault.OpenAsync(ReadFeedback(isWithdrawal: false, cancellation), cancellation))
        {
            if (state != SealState.Readable || EventReader.Read<FeedbackReceived>(record, out var feedback) is not null
                || withdrawn.Contains(feedback, record.Position))
            {
                continue; // Training reports records that are no feedback
            }
            var name = privacy.Pseudonymize(feedback.Pipeline, feedback.Annotator);
            if (!counts.TryGetValue(name, out var count))
                counts[name] = count = new();
            count.Add(feedback);
        }
        return counts;
    }

    /// <summary>Reads the feedback or its withdrawals. A record without a type header, as annotation tools write it, is feedback.</summary>
    private IAsyncEnumerable<LogRecord> ReadFeedback(bool isWithdrawal, CancellationToken cancellation) =>
        log.ReadToEndAsync(Topics.Feedback, null, cancellation).Where(record => isWithdrawal
            ? EventRecord.Is<FeedbackWithdrawn>(record) : EventRecord.TypeOf(record) is null or nameof(FeedbackReceived));

    /// <summary>Reads the last run of each model that reports its annotators.</summary>
    private async Task<Dictionary<string, ModelTrained>> ReadLastRunsAsync(CancellationToken cancellation)
    {
        var runs = new Dictionary<string, ModelTrained>();
        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation, awaitOpenTransactions: true))
        {
            if (EventRecord.Is<ModelTrained>(record) && EventReader.Read<ModelTrained>(record, out var trained) is null
                && trained.Annotators.Count > 0)
            {
                runs[trained.Model] = trained;
            }
        }
        return runs;
    }
}
