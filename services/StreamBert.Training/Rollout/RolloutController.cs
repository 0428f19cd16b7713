using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Rollout;

/// <summary>
/// Decides when a rollout reaches its next stage, and rolls it back if a condition is broken. It holds no state that the log does not hold:
/// after a crash it reads the events of the model and the evidence since the stage began. It writes nothing; its caller appends the
/// records.
/// </summary>
internal sealed class RolloutController(
    IEventLog log, ModelHistories histories, ModelPromoter promoter, RolloutRecords records, TrialReader trials, RolloutOptions options,
    PipelineCatalog pipelines, TimeProvider time, ILogger<RolloutController> logger)
{
    private readonly TrialReporter _reporter = new(options, time);

    /// <summary>Whether the rollout of any model is under way.</summary>
    public bool IsAnyUnderWay => histories.Models.Any(IsUnderWay);

    /// <summary>Returns whether the rollout of a model is under way; until it has ended, no training run of the model starts.</summary>
    public bool IsUnderWay(string model) => histories.Get(model).Rollout is not null;

    /// <summary>Returns the records of the steps that are due.</summary>
    public async Task<IReadOnlyList<NewRecord>> DecideAsync(CancellationToken cancellation)
    {
        await histories.RefreshAsync(cancellation);
        var due = new List<NewRecord>();
        foreach (var model in histories.Models)
        {
            if (histories.Get(model) is { Rollout: { } rollout } history)
            {
                due.AddRange(await DecideAsync(rollout, history, cancellation));
            }
            else
            {
                trials.Forget(model);
                _reporter.Forget(model);
            }
        }
        return due;
    }

    /// <summary>Returns the step that is due, else the report on the stage that is due.</summary>
    private async Task<IReadOnlyList<NewRecord>> DecideAsync(
        RolloutChanged rollout, ModelHistory history, CancellationToken cancellation)
    {
        if (history.RolloutRefusal is { } refusal)
            return RollBack(rollout, history, $"workers cannot load it: {refusal.Reason}");
        var (trial, isComplete) = await trials.ReadAsync(rollout, cancellation);
        if (trial.Broken is { } broken)
            return RollBack(rollout, history, broken.Text, trial);
        if (!isComplete)
            return [];
        return IsOver(rollout, trial.Texts)
            ? await AdvanceAsync(rollout, trial, history, cancellation) : _reporter.Report(rollout, trial);
    }

    private bool IsOver(RolloutChanged rollout, long texts)
    {
        var elapsed = time.GetUtcNow() - rollout.ChangedAt;
        return (elapsed >= options.DurationOf(rollout.Stage) && texts >= options.MinimumTexts) || elapsed >= options.MaximumDuration;
    }

    private async Task<IReadOnlyList<NewRecord>> AdvanceAsync(
        RolloutChanged rollout, ITrial trial, ModelHistory history, CancellationToken cancellation)
    {
        var reason = $"no condition was broken on {trial.Texts} texts in the stage {rollout.Stage}";
        if (rollout.Stage == RolloutStages.Shadow)
            return Step(records.ToCanary(rollout, reason, trial.Conditions, await LogEnds.ReadAsync(log, cancellation)));
        try
        {
            var promoted = promoter.CreatePromotion(rollout.Model, rollout.Version, ModelActors.Rollout, rollout.Champion);
            var end = records.End(rollout, RolloutStages.Promoted, ModelActors.Rollout, reason, trial.Conditions);
            return
            [
                .. Step(end), .. promoter.CreateRecords(history, promoted, ModelActors.Rollout),
                .. RolloutAlerts.Resolve(history, promoted, pipelines.SeriesOf(rollout.Model)),
            ];
        }
        catch (ModelPackageException e)
        {
            return RollBack(rollout, history, e.Message, trial);
        }
    }

    private IReadOnlyList<NewRecord> RollBack(RolloutChanged rollout, ModelHistory history, string reason, ITrial? trial = null)
    {
        var end = records.End(rollout, RolloutStages.RolledBack, ModelActors.Rollout, reason, trial?.Conditions);
        end = end with { AlertId = RolloutAlerts.IdOf(end) };
        var alert = RolloutAlerts.Raise(history, end, rollout.ChangedAt, trial?.Texts ?? 0, pipelines.SeriesOf(rollout.Model));
        return [.. Step(end), .. alert];
    }

    private IReadOnlyList<NewRecord> Step(RolloutChanged change)
    {
        logger.Log(
            change.Stage == RolloutStages.RolledBack ? LogLevel.Warning : LogLevel.Information,
            "The rollout of {Version} is {Stage}: {Reason}", change.Version, change.Stage, change.Reason);
        return RolloutRecords.ToRecords(change);
    }
}
