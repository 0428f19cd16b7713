using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Annotators;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Reads all feedback on a model from the log, with the texts, but for that of excluded annotators. A run trains on all of it, not only on
/// the new one: the feedback of a rejected candidate is not lost. A later label of an annotator replaces the earlier one, and a label that
/// was withdrawn is left out.
/// </summary>
internal sealed class FeedbackReader(
    IEventLog log, PipelineCatalog pipelines, PredictionJoin predictions, FeedbackTextResolver texts, SubjectVault vault,
    ILogger<FeedbackReader> logger)
{
    /// <summary>
    /// Returns the last label of each annotator on each text and head, oldest first, from the newest <paramref name="maximum"/> records.
    /// </summary>
    /// <param name="heads">
    /// The heads of the model. Feedback on another head or label, or on a head that recognises entities, is excluded.
    /// </param>
    public async Task<FeedbackLabels> ReadAsync(
        string model, IReadOnlyList<HeadInfo> heads, int maximum, CancellationToken cancellation)
    {
        var exclusions = await AnnotatorExclusions.ReadAsync(log, cancellation);
        var excluded = new List<(string Reason, FeedbackReceived? Feedback)>();
        var newest = new PriorityQueue<FeedbackEvent, (DateTimeOffset, long)>();
        var read = 0L;
        await foreach (var (record, _, state) in vault.OpenAsync(log.ReadToEndAsync(Topics.Feedback, null, cancellation), cancellation))
        {
            if (state != SealState.Readable)
                excluded.Add((ExclusionReason.Erased, null));
            else if (ParseWithdrawal(record, model) is { } withdrawal)
                newest.Enqueue(new(AnnotationKey.Of(withdrawal), record.Position), (withdrawal.OccurredAt, read++));
            else if (Parse(record) is not { } feedback || pipelines.Find(feedback.Pipeline)?.Model != model)
                continue; // reported when it arrived, by FeedbackAdmission
            else if (texts.LoggableAnnotators(feedback).Any(annotator => exclusions.IsExcluded(annotator, feedback.Pipeline)))
                excluded.Add((ExclusionReason.ExcludedAnnotator, feedback));
            else
                newest.Enqueue(new(AnnotationKey.Of(feedback), record.Position, feedback), (feedback.OccurredAt, read++));
            if (newest.Count > maximum)
                newest.Dequeue();
        }
        var labels = await ResolveTextsAsync(WithoutWithdrawn([.. DequeueAll(newest)]), heads, excluded, cancellation);
        ReportExcluded(excluded);
        return new(LastPerAnnotator(labels), excluded.CountBy(static exclusion => exclusion.Reason).ToDictionary());
    }

    /// <summary>
    /// Returns the labels that no withdrawal follows, in the given order, with their positions and those of the withdrawn labels before
    /// them.
    /// </summary>
    private static IReadOnlyList<(FeedbackReceived Feedback, IReadOnlyList<RecordPosition> Positions)> WithoutWithdrawn(
        IReadOnlyList<FeedbackEvent> events)
    {
        var withdrawals = events.Index().Where(static item => item.Item.Given is null).GroupBy(static item => item.Item.Key)
            .ToDictionary(static key => key.Key, static key => key.Max(static item => item.Index));
        var isWithdrawn = events.Index()
            .ToLookup(item => item.Index < withdrawals.GetValueOrDefault(item.Item.Key, -1), static item => item.Item);
        var positions = isWithdrawn[true].Where(static item => item.Given is not null)
            .ToLookup(static item => item.Key, static item => item.Position);
        return
        [
            .. isWithdrawn[false].Where(static item => item.Given is not null).Select(
                item => (item.Given!, (IReadOnlyList<RecordPosition>)[.. positions[item.Key], item.Position])),
        ];
    }

    /// <summary>
    /// Returns the last label of each annotator on each text and head, in the given order, with the positions of the earlier ones.
    /// </summary>
    private static IReadOnlyList<LabelledFeedback> LastPerAnnotator(IReadOnlyList<LabelledFeedback> labels)
    {
        var positions = labels.ToLookup(static label => (label.Key, label.Annotators[0]), static label => label.Positions);
        return
        [
            .. labels.Reverse().DistinctBy(static label => (label.Key, label.Annotators[0])).Reverse().Select(label => label with
            {
                Positions = [.. positions[(label.Key, label.Annotators[0])].SelectMany(static of => of)],
            }),
        ];
    }

    /// <summary>Returns null for a record that is not valid feedback.</summary>
    private FeedbackReceived? Parse(LogRecord record) =>
        FeedbackRecord.Is<FeedbackReceived>(record) && pipelines.Limits.ValidateRecordSize(record.Bytes) is null
        && EventReader.Read<FeedbackReceived>(record, out var feedback) is null && pipelines.FaultOf(feedback) is null ? feedback : null;

    /// <summary>Returns null for a record that is not a valid withdrawal of feedback on the model.</summary>
    private FeedbackWithdrawn? ParseWithdrawal(LogRecord record, string model) =>
        FeedbackRecord.Is<FeedbackWithdrawn>(record) && EventReader.Read<FeedbackWithdrawn>(record, out var withdrawal) is null
        && pipelines.Find(withdrawal.Pipeline)?.Model == model ? withdrawal : null;

    private static IEnumerable<T> DequeueAll<T>(PriorityQueue<T, (DateTimeOffset, long)> queue)
    {
        while (queue.TryDequeue(out var feedback, out _))
            yield return feedback;
    }

    private async Task<IReadOnlyList<LabelledFeedback>> ResolveTextsAsync(
        IReadOnlyList<(FeedbackReceived Feedback, IReadOnlyList<RecordPosition> Positions)> feedback, IReadOnlyList<HeadInfo> heads,
        List<(string Reason, FeedbackReceived? Feedback)> excluded, CancellationToken cancellation)
    {
        var labels = heads.Where(static head => HeadTask.IsFineTunable(head.Task))
            .ToDictionary(static head => head.Name, static head => head.Labels.ToHashSet());
        var resolved = new List<LabelledFeedback>();
        var joined = await predictions.JoinAsync(
            [.. feedback.Select(static item => item.Feedback)], null, cancellation, item => FindFairnessAttributes(item).Any());
        foreach (var ((sent, positions), found) in feedback.Zip(joined))
        {
            var record = found?.Feedback ?? sent;
            string? label = null;
            var (text, reason) = !labels.TryGetValue(record.Head, out var known) ? (null, ExclusionReason.UnknownHead)
                : (label = LabelNames.Find(known, record.Label)) is null ? (null, ExclusionReason.UnknownLabel)
                : await texts.ResolveAsync(record, cancellation);
            if (text is null || label is null)
            {
                excluded.Add((reason ?? ExclusionReason.NoPrediction, record));
                continue;
            }
            resolved.Add(new(text, record.Head, label, record.OccurredAt)
            {
                Annotators = [texts.LoggableAnnotators(record).First()],
                Pipeline = record.Pipeline,
                Positions = positions,
                Subject = record.Subject,
                FairnessGroups = FindGroups(record, found),
            });
        }
        return resolved;
    }

    private List<string> FindGroups(FeedbackReceived feedback, JoinedFeedback? joined) => joined is null ? [] :
    [
        .. from attribute in FindFairnessAttributes(feedback)
           where joined.Attributes.GetValueOrDefault(attribute) is { Length: > 0 }
           select $"{attribute}={joined.Attributes[attribute]}",
    ];

    /// <summary>Returns the attributes whose groups the pipeline compares on the head.</summary>
    private IEnumerable<string> FindFairnessAttributes(FeedbackReceived feedback) =>
        (pipelines.Find(feedback.Pipeline)?.Monitor.Rules.Fairness ?? []).Where(rule => rule.Head == feedback.Head)
            .Select(static rule => rule.Attribute).Distinct();

    private void ReportExcluded(IReadOnlyList<(string Reason, FeedbackReceived? Feedback)> excluded)
    {
        foreach (var group in excluded.GroupBy(static exclusion => exclusion.Reason))
        {
            TrainingMetrics.RecordExcluded(group.Key, group.Count());
            if (group.First().Feedback is not { } first)
                continue; // of an erased subject: nothing of it may be logged
            logger.LogWarning(
                "{Count} feedback records are excluded from the data set ({Reason}); the first has id {Id}, head {Head}",
                group.Count(), group.Key, texts.LoggableId(first), first.Head);
        }
    }

    /// <summary>A label, or its withdrawal.</summary>
    private sealed record FeedbackEvent(AnnotationKey Key, RecordPosition Position, FeedbackReceived? Given = null);
}
