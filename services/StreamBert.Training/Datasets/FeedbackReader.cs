using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Reads all feedback on a model from the log, with the texts. A run trains on all of it, not only on the new one: the feedback of a
/// rejected candidate is not lost, and a later label replaces an earlier one.
/// </summary>
internal sealed class FeedbackReader(
    IEventLog log, PipelineCatalog pipelines, PredictionJoin predictions, FeedbackTextResolver texts, SubjectVault vault,
    ILogger<FeedbackReader> logger)
{
    /// <summary>
    /// Returns the last feedback on each text and head, oldest first, from the newest <paramref name="maximum"/> records.
    /// </summary>
    /// <param name="heads">
    /// The heads of the model. Feedback on another head or label, or on a head that recognises entities, is excluded.
    /// </param>
    public async Task<IReadOnlyList<LabelledFeedback>> ReadAsync(
        string model, IReadOnlyList<HeadInfo> heads, int maximum, CancellationToken cancellation)
    {
        var newest = new PriorityQueue<(FeedbackReceived, RecordPosition), (DateTimeOffset, long)>();
        var read = 0L;
        await foreach (var (record, _, state) in vault.OpenAsync(log.ReadToEndAsync(Topics.Feedback, null, cancellation), cancellation))
        {
            if (state != SealState.Readable)
                RecordExcluded(ExclusionReason.Erased, 1);
            else if (Parse(record) is not { } feedback || pipelines.Find(feedback.Pipeline)?.Model != model)
                continue; // reported when it arrived, by FeedbackAdmission
            else
                newest.Enqueue((feedback, record.Position), (feedback.OccurredAt, read++));
            if (newest.Count > maximum)
                newest.Dequeue();
        }
        return LastPerKey(await ResolveTextsAsync([.. DequeueAll(newest)], heads, cancellation));
    }

    /// <summary>Returns the last feedback on each text and head, in the given order, with the positions of the earlier ones.</summary>
    public static IReadOnlyList<LabelledFeedback> LastPerKey(IReadOnlyList<LabelledFeedback> feedback)
    {
        var positions = feedback.ToLookup(static label => label.Key, static label => label.Positions);
        return
        [
            .. feedback.Reverse().DistinctBy(static label => label.Key).Reverse()
                .Select(label => label with { Positions = [.. positions[label.Key].SelectMany(static of => of)] }),
        ];
    }

    /// <summary>Returns null for a record that is not valid feedback.</summary>
    private FeedbackReceived? Parse(LogRecord record) =>
        FeedbackRecord.Is<FeedbackReceived>(record) && pipelines.Limits.ValidateRecordSize(record.Bytes) is null
        && EventReader.Read<FeedbackReceived>(record, out var feedback) is null && pipelines.FaultOf(feedback) is null ? feedback : null;

    private static IEnumerable<T> DequeueAll<T>(PriorityQueue<T, (DateTimeOffset, long)> queue)
    {
        while (queue.TryDequeue(out var feedback, out _))
            yield return feedback;
    }

    private async Task<IReadOnlyList<LabelledFeedback>> ResolveTextsAsync(
        IReadOnlyList<(FeedbackReceived Feedback, RecordPosition Position)> feedback, IReadOnlyList<HeadInfo> heads,
        CancellationToken cancellation)
    {
        var labels = heads.Where(static head => HeadTask.IsFineTunable(head.Task))
            .ToDictionary(static head => head.Name, static head => head.Labels.ToHashSet());
        var resolved = new List<LabelledFeedback>();
        var excluded = new List<(string Reason, FeedbackReceived Feedback)>();
        var joined = await predictions.JoinAsync([.. feedback.Select(static item => item.Feedback)], null, cancellation);
        foreach (var ((sent, position), found) in feedback.Zip(joined))
        {
            var record = found ?? sent;
            string? label = null;
            var (text, reason) = !labels.TryGetValue(record.Head, out var known) ? (null, ExclusionReason.UnknownHead)
                : (label = LabelNames.Find(known, record.Label)) is null ? (null, ExclusionReason.UnknownLabel)
                : await texts.ResolveAsync(record, cancellation);
            if (text is null || label is null)
                excluded.Add((reason ?? ExclusionReason.NoPrediction, record));
            else
                resolved.Add(new(text, record.Head, label, record.OccurredAt) { Positions = [position] });
        }
        ReportExcluded(excluded, feedback.Count);
        return resolved;
    }

    private void ReportExcluded(IReadOnlyList<(string Reason, FeedbackReceived Feedback)> excluded, int total)
    {
        foreach (var group in excluded.GroupBy(static exclusion => exclusion.Reason))
        {
            var first = group.First().Feedback;
            RecordExcluded(group.Key, group.Count());
            logger.LogWarning(
                "{Count} of {Total} feedback records are excluded from the dataset ({Reason}); the first has id {Id}, head {Head}",
                group.Count(), total, group.Key, texts.LoggableId(first), first.Head);
        }
    }

    private static void RecordExcluded(string reason, int count) =>
        TrainingMetrics.ExcludedFeedback.Record(count, new KeyValuePair<string, object?>("reason", reason));
}
