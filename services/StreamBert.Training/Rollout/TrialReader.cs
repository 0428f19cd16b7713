using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Annotators;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Rollout;

/// <summary>Reads the evidence of trials from the log, a bounded part at a time. Not thread-safe.</summary>
internal sealed class TrialReader(
    IEventLog log, SubjectVault vault, PrivacyFilter privacy, FeedbackTextResolver texts, RolloutOptions options)
{
    /// <summary>The records of a part: the trainer answers requests between two parts.</summary>
    private const int PartSize = 5_000;

    private readonly Dictionary<string, RunningTrial> _trials = [];

    /// <summary>Reads the next part of the evidence on a rollout that is under way.</summary>
    /// <returns>The trial, and whether it has been read to the end.</returns>
    public async Task<(ITrial Trial, bool IsComplete)> ReadAsync(RolloutChanged rollout, CancellationToken cancellation)
    {
        if (!_trials.TryGetValue(rollout.Model, out var running) || running.Stage != (rollout.Version, rollout.ChangedAt))
            _trials[rollout.Model] = running = new(rollout, options);
        if (running.Trial is ShadowTrial shadow)
            return (shadow, await ReadAsync<ShadowReported>(Topics.Shadow, running.Reports, shadow.Add, cancellation));
        var canary = (CanaryTrial)running.Trial;
        if (!await ReadAsync<TextClassified>(Topics.Predictions, running.Predictions, canary.Add, cancellation))
            return (canary, false);
        await ReadFeedbackAsync(canary, running, cancellation);
        return (canary, true);
    }

    /// <returns>Whether the topic was read to its end.</returns>
    private async Task<bool> ReadAsync<T>(string topic, Dictionary<int, long> positions, Action<T> add, CancellationToken cancellation)
        where T : class
    {
        var read = 0;
        await foreach (var record in log.ReadToEndAsync(topic, positions, cancellation).Take(PartSize).WithCancellation(cancellation))
        {
            read++;
            positions[record.Position.Partition] = record.Position.Offset + 1;
            if (EventReader.Read<T>(record, out var item) is null) // the monitor reports an invalid prediction
                add(item);
        }
        return read < PartSize;
    }

    /// <summary>Forgets the trial of a model whose rollout has ended.</summary>
    public void Forget(string model) => _trials.Remove(model);

    /// <summary>
    /// Reads the labels since the last call, but for those of excluded annotators. Withdrawals come first, so that no look counts a label
    /// that is withdrawn by now. After a failure the next call reads the same records again.
    /// </summary>
    private async Task ReadFeedbackAsync(CanaryTrial trial, RunningTrial running, CancellationToken cancellation)
    {
        var records = await vault.OpenAsync(log.ReadToEndAsync(Topics.Feedback, running.Feedback, cancellation), cancellation)
            .Select(static opened => opened.Record).ToListAsync(cancellation);
        if (records.Count == 0)
            return;
        var exclusions = await AnnotatorExclusions.ReadAsync(log, cancellation);
        foreach (var record in records)
            Withdraw(record, trial, running.Withdrawn);
        foreach (var record in records)
        {
            Add(record, trial, running.Withdrawn, exclusions);
            running.Feedback[record.Position.Partition] = record.Position.Offset + 1;
        }
    }

    private void Add(LogRecord record, CanaryTrial trial, FeedbackWithdrawals withdrawn, AnnotatorExclusions exclusions)
    {
        // What cannot be read was reported when it arrived, by FeedbackAdmission.
        if (FeedbackRecord.Is<FeedbackReceived>(record)
            && EventReader.Read<FeedbackReceived>(record, out var feedback) is null
            && !withdrawn.Contains(feedback, record.Position)
            && !texts.LoggableAnnotators(feedback).Any(annotator => exclusions.IsExcluded(annotator, feedback.Pipeline)))
        {
            trial.Add(feedback, privacy.StoredIdsOf(feedback.Id));
        }
    }

    private void Withdraw(LogRecord record, CanaryTrial trial, FeedbackWithdrawals withdrawn)
    {
        if (!FeedbackRecord.Is<FeedbackWithdrawn>(record) || EventReader.Read<FeedbackWithdrawn>(record, out var withdrawal) is not null)
            return;
        withdrawn.Add(withdrawal, record.Position);
        trial.Withdraw(withdrawal, privacy.StoredIdsOf(withdrawal.Id));
    }

    private sealed class RunningTrial(RolloutChanged rollout, RolloutOptions options)
    {
        public (string Version, DateTimeOffset Start) Stage { get; } = (rollout.Version, rollout.ChangedAt);

        public ITrial Trial { get; } =
            rollout.Stage == RolloutStages.Shadow ? new ShadowTrial(rollout, options) : new CanaryTrial(rollout, options);

        public Dictionary<int, long> Reports { get; } = [];

        public Dictionary<int, long> Predictions { get; } = Positions(rollout.PredictionEnds);

        public Dictionary<int, long> Feedback { get; } = Positions(rollout.FeedbackEnds);

        public FeedbackWithdrawals Withdrawn { get; } = new();

        private static Dictionary<int, long> Positions(IReadOnlyList<long> ends) =>
            ends.Index().ToDictionary(static end => end.Index, static end => end.Item);
    }
}
