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
    /// Returns the last label of each annotator on each text and head, oldest first: the newest <paramref name="maximum"/> that are not
    /// withdrawn.
    /// </summary>
    /// <param name="heads">
    /// The heads of the model. Feedback on another head or label, or on a head that recognises entities, is excluded.
    /// </param>
    public async Task<FeedbackLabels> ReadAsync(
        string model, IReadOnlyList<HeadInfo> heads, int maximum, CancellationToken cancellation)
    {
        var erasedKeys = vault.ListErasedKeys(); // before any text is opened
        var exclusions = await AnnotatorExclusions.ReadAsync(log, cancellation);
        var withdrawn = await ReadWithdrawnAsync(cancellation);
        var known = heads.Where(static head => HeadTask.IsFineTunable(head.Task))
            .ToDictionary(static head => head.Name, static head => head.Labels.ToHashSet());
        var excluded = new ExcludedFeedback();
        var newest = new NewestLabels(maximum);
        var records = log.ReadToEndAsync(Topics.Feedback, null, cancellation).Where(FeedbackRecord.Is<FeedbackReceived>);
        await foreach (var (record, _, state) in vault.OpenAsync(records, cancellation))
        {
            if (state != SealState.Readable)
                excluded.Add(ExclusionReason.Erased, null);
            else if (Parse(record) is not { } feedback || pipelines.Find(feedback.Pipeline)?.Model != model)
                continue; // reported when it arrived, by FeedbackAdmission
            else if (texts.LoggableAnnotators(feedback).Any(annotator => exclusions.IsExcluded(annotator, feedback.Pipeline)))
                excluded.Add(ExclusionReason.ExcludedAnnotator, feedback);
            else if (withdrawn.Contains(feedback, record.Position))
                newest.AddWithdrawn(feedback, record.Position);
            else if (FindUnknown(feedback, known) is { } unknown)
                excluded.Add(unknown, feedback);
            else
                newest.Add(NotAheadOf(record, feedback), record.Position);
        }
        var labels = await ResolveTextsAsync(newest.ToList(), known, excluded, cancellation);
        ReportExcluded(excluded);
        return new(LastPerAnnotator(labels), excluded.Groups.ToDictionary(static group => group.Reason, static group => group.Count))
        {
            ErasedKeys = erasedKeys,
        };
    }

    private async Task<FeedbackWithdrawals> ReadWithdrawnAsync(CancellationToken cancellation)
    {
        var withdrawn = new FeedbackWithdrawals();
        var records = log.ReadToEndAsync(Topics.Feedback, null, cancellation).Where(FeedbackRecord.Is<FeedbackWithdrawn>);
        await foreach (var opened in vault.OpenAsync(records, cancellation))
            withdrawn.Add(opened.Record);
        return withdrawn;
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
        pipelines.Limits.ValidateRecordSize(record.Bytes) is null
        && EventReader.Read<FeedbackReceived>(record, out var feedback) is null && pipelines.FaultOf(feedback) is null
            ? feedback : null;

    /// <summary>
    /// A label was given at its receipt at the latest: an erasure after that concerns it also if the clock of a tool is ahead.
    /// </summary>
    private static FeedbackReceived NotAheadOf(LogRecord record, FeedbackReceived feedback) =>
        record.ReceivedAt < feedback.OccurredAt ? feedback with { OccurredAt = record.ReceivedAt.Value } : feedback;

    /// <summary>Returns why the model cannot learn a label; null if it can.</summary>
    private static string? FindUnknown(FeedbackReceived feedback, Dictionary<string, HashSet<string>> known) =>
        !known.TryGetValue(feedback.Head, out var labels) ? ExclusionReason.UnknownHead
        : LabelNames.Find(labels, feedback.Label) is null ? ExclusionReason.UnknownLabel : null;

    private async Task<IReadOnlyList<LabelledFeedback>> ResolveTextsAsync(
        IReadOnlyList<(FeedbackReceived Feedback, IReadOnlyList<RecordPosition> Positions)> feedback,
        Dictionary<string, HashSet<string>> known, ExcludedFeedback excluded, CancellationToken cancellation)
    {
        var resolved = new List<LabelledFeedback>();
        var joined = await predictions.JoinAsync(
            [.. feedback.Select(static item => item.Feedback)], null, cancellation,
            item => HasSubjectKeys(item) || FindFairnessAttributes(item).Any());
        foreach (var ((sent, positions), found) in feedback.Zip(joined))
        {
            var record = found?.Feedback ?? sent;
            var (text, subject, reason) = found is null ? (null, null, ExclusionReason.NoPrediction)
                : found.IsErased ? (null, null, ExclusionReason.Erased)
                : await texts.ResolveAsync(found, cancellation);
            if (text is null)
            {
                excluded.Add(reason!, record);
                continue;
            }
            resolved.Add(new(text, record.Head, LabelNames.Find(known[record.Head], record.Label)!, record.OccurredAt)
            {
                Annotators = [texts.LoggableAnnotators(record).First()],
                Pipeline = record.Pipeline,
                Positions = positions,
                Subject = subject,
                FairnessGroups = FindGroups(record, found),
                Slices = found is null || HasSubjectKeys(record) ? [] : found.Slices,
            });
        }
        return resolved;
    }

    /// <summary>
    /// Whether a text is sealed for its subject, whom only the prediction names for certain: an annotation tool need not know it.
    /// </summary>
    private bool HasSubjectKeys(FeedbackReceived feedback) => pipelines.HasSubjectKeys(feedback.Pipeline);

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

    private void ReportExcluded(ExcludedFeedback excluded)
    {
        foreach (var (reason, count, first) in excluded.Groups)
        {
            TrainingMetrics.RecordExcluded(reason, count);
            if (first is null)
                continue; // of an erased subject: nothing of it may be logged
            logger.LogWarning(
                "{Count} feedback records are excluded from the data set ({Reason}); the first has id {Id}, head {Head}",
                count, reason, texts.LoggableId(first), first.Head);
        }
    }
}
