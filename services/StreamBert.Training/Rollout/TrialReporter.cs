using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Rollout;

/// <summary>Creates the records that report what a stage has measured so far. Not thread-safe.</summary>
internal sealed class TrialReporter(RolloutOptions options, TimeProvider time)
{
    private readonly Dictionary<string, (DateTimeOffset StageStart, ReportSchedule Schedule)> _stages = [];

    /// <summary>Returns the record of a report that is due; none if none is.</summary>
    public IReadOnlyList<NewRecord> Report(RolloutChanged rollout, ITrial trial)
    {
        if (!_stages.TryGetValue(rollout.Model, out var stage) || stage.StageStart != rollout.ChangedAt)
            _stages[rollout.Model] = stage = (rollout.ChangedAt, new());
        var now = time.GetUtcNow();
        return stage.Schedule.TryReport(now - rollout.ChangedAt)
            ? [EventRecord.Create(Topics.Models, rollout.Model, Create(rollout, trial, now), now)] : [];
    }

    /// <summary>Forgets the stage of a model whose rollout has ended.</summary>
    public void Forget(string model) => _stages.Remove(model);

    private RolloutProgressed Create(RolloutChanged rollout, ITrial trial, DateTimeOffset now)
    {
        var figures = trial.Figures;
        return new()
        {
            Model = rollout.Model,
            Version = rollout.Version,
            Champion = rollout.Champion,
            Stage = rollout.Stage,
            StageStart = rollout.ChangedAt,
            Texts = trial.Texts,
            Failures = figures.Failures,
            ChampionTexts = figures.ChampionTexts,
            Slowdown = figures.Slowdown,
            Heads = figures.Heads,
            Conditions = trial.Conditions,
            MinimumTexts = options.MinimumTexts,
            EarliestEnd = rollout.ChangedAt + options.DurationOf(rollout.Stage),
            ReportedAt = now,
        };
    }
}
