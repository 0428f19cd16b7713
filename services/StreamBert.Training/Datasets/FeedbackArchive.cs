using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Every verdict the log holds for a model, joined with its text. A run learns from all of them, not only from the new ones:
/// what a rejected candidate was shown is not lost, and a label taken back is taken back.
/// </summary>
public sealed class FeedbackArchive(
    IEventLog log, PipelineCatalog pipelines, TextFinder texts, SubjectVault vault, TrainingMetrics metrics, ILogger<FeedbackArchive> logger)
{
    /// <summary>The last verdict on each text and head, oldest first, at most <paramref name="maximum"/> of the newest.</summary>
    /// <param name="heads">The heads of the model; a verdict on another head or label, or on a head that names entities, is set
    /// aside.</param>
    public async Task<IReadOnlyList<Verdict>> ReadAsync(
        string model, IReadOnlyList<HeadInfo> heads, int maximum, CancellationToken cancellation)
    {
        var newest = new PriorityQueue<FeedbackReceived, (DateTimeOffset, long)>();
        var read = 0L;
        await foreach (var (record, _, state) in vault.OpenAsync(log.ReadToEndAsync(Topics.Feedback, null, cancellation), cancellation))
        {
            if (state != SealState.Readable)
                metrics.SetAside.Record(1, new KeyValuePair<string, object?>("reason", SetAside.Erased));
            else if (Parse(record) is not { } feedback || pipelines.Find(feedback.Pipeline)?.Model != model)
                continue; // counted when it arrived: see Inbox
            else
                newest.Enqueue(feedback, (feedback.OccurredAt, read++));
            if (newest.Count > maximum)
                newest.Dequeue();
        }
        return LastPerKey(await JoinAsync([.. InOrder(newest)], heads, cancellation));
    }

    /// <summary>The last verdict on each text and head, in the order of the verdicts.</summary>
    public static IReadOnlyList<Verdict> LastPerKey(IReadOnlyList<Verdict> verdicts) =>
        [.. verdicts.Reverse().DistinctBy(static v => v.Key).Reverse()];

    /// <summary>Null for what is no feedback, or over its limits.</summary>
    private FeedbackReceived? Parse(
        LogRecord record) => record.IsEvent<FeedbackReceived>() && pipelines.Limits.ValidateRecordSize(record.Bytes) is null
        && EventReader.Read<FeedbackReceived>(record, out var feedback) is null && pipelines.FaultOf(feedback) is null ? feedback : null;

    private static IEnumerable<FeedbackReceived> InOrder(PriorityQueue<FeedbackReceived, (DateTimeOffset, long)> queue)
    {
        while (queue.TryDequeue(out var feedback, out _))
            yield return feedback;
    }

    private async Task<IReadOnlyList<Verdict>> JoinAsync(
        IReadOnlyList<FeedbackReceived> feedback, IReadOnlyList<HeadInfo> heads, CancellationToken cancellation)
    {
        var labels = heads.Where(static h => HeadTask.LearnsFromLabels(h.Task))
            .ToDictionary(static h => h.Name, static h => h.Labels.ToHashSet());
        var verdicts = new List<Verdict>();
        var aside = new List<(string Reason, FeedbackReceived Feedback)>();
        foreach (var verdict in feedback)
        {
            string? label = null;
            var (text, reason) = !labels.TryGetValue(verdict.Head, out var known) ? (null, SetAside.UnknownHead)
                : (label = LabelNames.Find(known, verdict.Label)) is null ? (null, SetAside.UnknownLabel)
                : await texts.FindAsync(verdict, cancellation);
            if (text is null)
                aside.Add((reason!, verdict));
            else
                verdicts.Add(new(text, verdict.Head, label!, verdict.OccurredAt));
        }
        Report(aside, feedback.Count);
        return verdicts;
    }

    private void Report(IReadOnlyList<(string Reason, FeedbackReceived Feedback)> aside, int total)
    {
        foreach (var group in aside.GroupBy(static a => a.Reason))
        {
            metrics.SetAside.Record(group.Count(), new KeyValuePair<string, object?>("reason", group.Key));
            logger.LogWarning("{Count} of {Total} verdicts are set aside ({Reason}); the first is on id {Id}, head {Head}",
                group.Count(), total, group.Key, texts.IdOf(group.First().Feedback), group.First().Feedback.Head);
        }
    }
}
