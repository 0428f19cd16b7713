using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;
using StreamBert.Training.Registry;
using StreamBert.Training.Requests;
using StreamBert.Training.Rollout;
using StreamBert.Training.Runs;
using StreamBert.Training.Triggers;

namespace StreamBert.Training;

/// <summary>
/// Reads the feedback topic, decides on requests and starts runs. It continues to read during a run, so that the consumer group keeps its
/// assignment and requests are answered at once. A batch is committed with its dead letters; what it holds for the next run is restored
/// from the log after a crash. The events of a run are appended in one step, under the assignment that the run started with.
/// </summary>
/// <remarks>One trainer uses a models directory; a second one is on standby until the first releases it.</remarks>
internal sealed class TrainingWorker(
    IEventLog log, FeedbackAdmission admission, RunTriggers triggers, PendingWorkReader pendingReader, RequestDecider requests,
    BackgroundRuns runs, RunCompletion completion, RunAttempts attempts, ModelHistories histories, RolloutController rollouts,
    ModelDirectory directory, NeededVersions needed, ShippedModelAnnouncer announcer, IOptions<TrainingOptions> options,
    Readiness readiness, Supervisor supervisor, TimeProvider time, ILogger<TrainingWorker> logger) : BackgroundService
{
    private const string ReadinessPart = "training";
    private const int MaxRecords = 500;
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(500), TriggerInterval = TimeSpan.FromSeconds(5);
    private static readonly Task NeverCompleted = new TaskCompletionSource().Task;
    private readonly TrainingOptions _options = options.Value;

    /// <summary>The assignment under which the pending work was restored, and under which a run started.</summary>
    private int _generation;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => supervisor.RunAsync(
        SupervisedTask.WithDelay("The trainer", _options.RetryDelay) with { OnFailure = ReportFailure }, TrainAsync, stoppingToken);

    private async Task TrainAsync(CancellationToken stopping)
    {
        using var held = directory.TryLock();
        if (held is null)
        {
            readiness.MarkReady(ReadinessPart, "on standby: another trainer uses the models directory");
            await Task.Delay(_options.RetryDelay, time, stopping);
            return;
        }
        readiness.MarkWaiting(ReadinessPart, "joining the feedback topic");
        await FollowAsync(stopping);
    }

    private void ReportFailure(Exception error)
    {
        if (log.WriteFailure is null)
            readiness.MarkWaiting(ReadinessPart, error.Message);
        else // the health of the log reports this; services that only read are not affected
            readiness.MarkReady(ReadinessPart, "waits until the log accepts writes again");
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        await announcer.AnnounceAsync(stopping);
        await needed.FetchAsync(stopping);
        await using var reader = await log.JoinAsync(ConsumerGroups.Training, [Topics.Feedback], stopping, exclusive: true);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await RestoreAsync(reader, stopping);
        readiness.MarkReady(ReadinessPart, "reads the feedback");
        var read = reader.ReadAsync(MaxRecords, ending.Token);
        try
        {
            while (true)
            {
                await StartDueAsync(reader, stopping);
                await Task.WhenAny(read, runs.Completion, NextCheck(ending.Token));
                var batch = read.IsCompleted ? await read : null;
                if (batch is not null)
                    read = reader.ReadAsync(MaxRecords, ending.Token);
                await WorkAsync(batch, reader, stopping);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await runs.StopAsync("the trainer leaves its consumer group");
            await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // cancelled, or its error is being thrown already
        }
    }

    /// <summary>
    /// Completes when feedback, a failed run that waits, a rollout, or the time or the alerts are to be checked again; never completes if
    /// nothing waits.
    /// </summary>
    private Task NextCheck(CancellationToken ending) => admission.HasWaiting || attempts.HasWaiting || rollouts.IsAnyUnderWay
        ? Task.Delay(CheckInterval, time, ending)
        : triggers.MustPoll ? Task.Delay(TriggerInterval, time, ending) : NeverCompleted;

    private async Task RestoreAsync(IGroupReader reader, CancellationToken stopping)
    {
        _generation = reader.Generation;
        admission.Clear();
        await pendingReader.RestoreAsync(stopping);
    }

    private async Task WorkAsync(ReadBatch? batch, IGroupReader reader, CancellationToken stopping)
    {
        try
        {
            if (batch is not null)
                await HandleAsync(batch, reader, stopping);
            await admission.CheckWaitingAsync(stopping);
            await CommitDecidedAsync(reader, stopping);
            if (await runs.TakeCompletedAsync() is { } completed)
                await completion.FinishAsync(completed, new(reader, _generation), stopping);
            if (await rollouts.DecideAsync(stopping) is { Count: > 0 } steps)
                await new AssignmentWriter(reader, _generation).AppendAsync(steps, stopping);
        }
        catch (BatchRevokedException e)
        {
            logger.LogWarning("The feedback was revoked and is read again; a run is repeated: {Reason}", e.Message);
            TrainingMetrics.RecordRun(RunOutcome.Discarded);
            await runs.StopAsync("its feedback was revoked");
            await RestoreAsync(reader, stopping);
        }
    }

    private async Task HandleAsync(ReadBatch source, IGroupReader reader, CancellationToken stopping)
    {
        if (source.Generation != _generation)
        {
            await runs.StopAsync("the feedback was reassigned and is read again");
            await RestoreAsync(reader, stopping);
        }
        var batch = await admission.AddAsync(source, stopping);
        foreach (var (stored, request) in batch.Requests)
            await requests.DecideAsync(batch, stored, request, new(reader, _generation), stopping);
    }

    private async Task CommitDecidedAsync(IGroupReader reader, CancellationToken stopping)
    {
        if (admission.DecidedCount is not (> 0 and var count))
            return;
        var (batch, outputs) = admission.JoinFirst(count);
        await reader.CommitAsync(batch, outputs, stopping);
        admission.RemoveFirst(count);
    }

    private bool MayStart(DueRun due) => attempts.MayStart(due.Model) && !rollouts.IsUnderWay(due.Model);

    private async Task StartDueAsync(IGroupReader reader, CancellationToken stopping)
    {
        if (runs.IsBusy)
            return;
        var startable = (await triggers.FindDueAsync(stopping)).Where(MayStart).ToList();
        foreach (var empty in startable.Where(static due => !due.HasFeedback))
            await completion.SkipAsync(empty, new(reader, _generation), stopping);
        if (startable.FirstOrDefault(static due => due.HasFeedback) is not { } due)
            return;
        var history = await histories.ReadAsync(due.Model, stopping);
        runs.Start(due, directory.FindServing(due.Model, history)?.Version, stopping);
    }
}
