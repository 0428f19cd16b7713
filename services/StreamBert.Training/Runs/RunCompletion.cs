using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Models;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Registry;
using StreamBert.Training.Rollout;

namespace StreamBert.Training.Runs;

/// <summary>
/// Appends the events of a run that has ended. A candidate is promoted only if its parent still serves and is not pinned: compare-and-set
/// on the parent, so that a promotion or rollback by a person during the run survives.
/// </summary>
internal sealed class RunCompletion(
    IEventLog log, IOptions<TrainingOptions> options, RolloutRecords rollouts, ModelHistories histories, ModelRegistry registry,
    PipelineCatalog pipelines, PendingWork pending, RunAttempts attempts, TimeProvider time, ILogger<RunCompletion> logger)
{
    /// <exception cref="BatchRevokedException">The feedback belongs to another trainer now; nothing was written.</exception>
    public Task FinishAsync(CompletedRun run, AssignmentWriter writer, CancellationToken cancellation) => run switch
    {
        { Error: { } error } => FailAsync(run, error, writer, cancellation),
        { CancelReason: { } reason } => AppendAsync(run, TrainingStates.Cancelled, reason, [], isRepeated: true, writer, cancellation),
        { Result: { } result } => CompleteAsync(run, result, writer, cancellation),
        _ => SkipAsync(run, writer, cancellation),
    };

    /// <summary>Reports that a scheduled run has nothing new to learn from, so that its time does not stay due.</summary>
    public Task SkipAsync(DueRun due, AssignmentWriter writer, CancellationToken cancellation) => writer.AppendAsync(
        [
            TrainingReports.Create(
                due, TrainingStates.Skipped, "There is no new feedback since the last run.", null, time.GetUtcNow()),
        ],
        cancellation);

    private async Task CompleteAsync(CompletedRun run, RunResult result, AssignmentWriter writer, CancellationToken cancellation)
    {
        var history = await histories.ReadAsync(run.Due.Model, cancellation);
        if (result.Promoted is not null && FindObstacle(result.Trained, history) is { } obstacle)
            result = result.WithoutPromotion(obstacle);
        if (result.Promoted is { } promoted && RolloutStages.IsUnderWay(options.Value.Rollout.Start))
        {
            result = result.WithRollout(rollouts.Start(
                promoted, options.Value.Rollout.Start, result.Trained.Parent!, promoted.By, "it passed every gate",
                await LogEnds.ReadAsync(log, cancellation)));
        }
        attempts.Succeed(run.Due.Model);
        IReadOnlyList<NewRecord> records =
        [
            .. result.Records,
            .. result.Promoted is null ? [] : RolloutAlerts.Resolve(history, result.Promoted, pipelines.SeriesOf(run.Due.Model)),
        ];
        await AppendAsync(run, TrainingStates.Completed, run.Due.Detail, records, isRepeated: false, writer, cancellation);
        Report(result);
        await RemoveOldAsync(run.Due.Model, writer, cancellation);
    }

    /// <summary>
    /// Removes old versions that nothing needs. No request is decided meanwhile, so a version that is promoted is not removed.
    /// </summary>
    private async Task RemoveOldAsync(string model, AssignmentWriter writer, CancellationToken cancellation)
    {
        if (options.Value.KeepVersions is not (> 0 and var keep))
            return;
        try
        {
            var history = await histories.ReadAsync(model, cancellation);
            foreach (var version in await new VersionRetention(registry).FindRemovableAsync(model, history, keep, cancellation))
            {
                await writer.AppendAsync([ModelAudit.OfRemoval(model, version, ModelActors.Training, time.GetUtcNow())], cancellation);
                await registry.RemoveAsync(model, version, cancellation);
            }
        }
        catch (ModelStoreException e)
        {
            logger.LogWarning("Old versions of {Model} are removed after the next run: {Reason}", model, e.Message);
        }
    }

    /// <summary>Returns why an accepted candidate cannot replace the serving version; null if it can.</summary>
    private string? FindObstacle(ModelTrained trained, ModelHistory history)
    {
        var serving = registry.Packages.FindServing(trained.Model, history)?.Version;
        if (serving != trained.Parent)
            return $"{serving} serves since the run started from {trained.Parent}; promote {trained.Version} yourself if it is better";
        if (history.Rollout is { } rollout)
            return $"the rollout of {rollout.Version} is under way; promote {trained.Version} yourself if it is better";
        return history.Pins.GetValueOrDefault(serving ?? "") is { Pinned: true } pin
            ? $"{serving} is pinned by {pin.By}{(pin.Reason is { } reason ? $" ({reason})" : "")}; "
                + $"remove the pin or promote {trained.Version} yourself"
            : null;
    }

    private Task SkipAsync(CompletedRun run, AssignmentWriter writer, CancellationToken cancellation)
    {
        logger.LogWarning("Model {Model} has no feedback to train on; its run is skipped", run.Due.Model);
        attempts.Succeed(run.Due.Model);
        return AppendAsync(
            run, TrainingStates.Skipped, "There is no feedback to train on.", [], isRepeated: false, writer, cancellation);
    }

    private async Task FailAsync(CompletedRun run, Exception error, AssignmentWriter writer, CancellationToken cancellation)
    {
        TrainingMetrics.RecordRun(RunOutcome.Failed);
        var tried = attempts.Fail(run.Due.Model, error);
        logger.LogError(error, "The training run of {Model} failed and is {Consequence}", run.Due.Model,
            tried is null ? "retried" : $"given up after {tried} attempts");
        if (tried is { } count)
        {
            await AppendAsync(
                run, TrainingStates.Failed, $"Failed {count} times, at last with: {error.Message}", [], isRepeated: false, writer,
                cancellation);
        }
    }

    private async Task AppendAsync(
        CompletedRun run, string state, string detail, IReadOnlyList<NewRecord> records, bool isRepeated, AssignmentWriter writer,
        CancellationToken cancellation)
    {
        var report = TrainingReports.Create(run.Due, state, detail, isRepeated ? null : run.FeedbackEnds, time.GetUtcNow());
        await writer.AppendAsync([.. records, report], cancellation);
        if (!isRepeated)
            pending.Complete(run.Due.Model, run.FeedbackEnds);
    }

    private void Report(RunResult result)
    {
        var outcome = result.Promoted is not null ? RunOutcome.Promoted
            : result.Rollout is not null ? RunOutcome.Staged : RunOutcome.Rejected;
        TrainingMetrics.RecordRun(outcome, result.Trained.TrainingSeconds);
        logger.LogInformation(
            "{Version} is {Outcome} after {Seconds:0} s\n  {Gates}", result.Trained.Version, outcome, result.Trained.TrainingSeconds,
            string.Join("\n  ", result.Trained.NotPromoted is { } reason ? result.Trained.Gates.Prepend($"not promoted: {reason}")
                : result.Trained.Gates));
    }
}
