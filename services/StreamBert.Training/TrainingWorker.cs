using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;

namespace StreamBert.Training;

/// <summary>
/// Reads the feedback topic and starts runs. It continues to read during a run, so that the consumer group keeps its assignment, and
/// commits the feedback of a run in one step with the events of the run: after a crash the run is repeated, and its events appear once.
/// </summary>
/// <remarks>One trainer uses a models directory; a second one is on standby until the first releases it.</remarks>
internal sealed class TrainingWorker(
    IEventLog log, FeedbackBacklog backlog, BackgroundRuns runs, RollbackHandler rollbacks, ModelDirectory directory,
    ShippedModelAnnouncer announcer, IOptions<TrainingOptions> options, Readiness readiness, Supervisor supervisor, TimeProvider time,
    ILogger<TrainingWorker> logger) : BackgroundService
{
    private const string ReadinessPart = "training";
    private const int MaxRecords = 500;
    private readonly TrainingOptions _options = options.Value;

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
        backlog.Clear();
        await announcer.AnnounceAsync(stopping);
        await using var reader = await log.JoinAsync(ConsumerGroups.Training, [Topics.Feedback], stopping, exclusive: true);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        readiness.MarkReady(ReadinessPart, "reads the feedback");
        var read = reader.ReadAsync(MaxRecords, ending.Token);
        try
        {
            while (true)
            {
                await Task.WhenAny(read, runs.Completion);
                if (read.IsCompleted)
                {
                    var batch = await read;
                    read = reader.ReadAsync(MaxRecords, ending.Token);
                    await HandleAsync(batch, reader, stopping);
                }
                if (await runs.TakeCompletedAsync() is { } completed)
                    await FinishAsync(completed, reader, stopping);
                runs.StartIfIdle(backlog.DueModels(_options.MinimumFeedback), stopping);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await runs.CancelAsync("the trainer leaves its consumer group");
            await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // cancelled, or its error is being thrown already
        }
    }

    private async Task HandleAsync(ReadBatch batch, IGroupReader reader, CancellationToken stopping)
    {
        if (!backlog.Add(batch))
            await runs.CancelAsync("the feedback was reassigned and is read again");
        if (backlog.LeadingBatchesWithoutWork is > 0 and var count)
            await CommitAsync(count, [], [], reader, stopping); // dead letters are written now, not with the next run
        if (backlog.Rollbacks.Count == 0)
            return;
        await runs.CancelAsync("a rollback was requested");
        var events = new List<NewRecord>();
        foreach (var request in backlog.Rollbacks.DistinctBy(static request => request.Model))
        {
            if (await rollbacks.HandleAsync(request, stopping) is { } rollback)
            {
                events.Add(EventRecord.Create(Topics.Models, rollback.Model, rollback, rollback.RolledBackAt));
                events.Add(ModelAudit.OfRollback(rollback));
            }
        }
        await CommitAsync(backlog.BatchCount, events, [], reader, stopping);
    }

    private async Task FinishAsync(CompletedRuns completed, IGroupReader reader, CancellationToken stopping)
    {
        var isCommitted = await CommitAsync(
            backlog.CountBatchesBefore(completed.Ends), [.. completed.Results.SelectMany(static result => result.Records)],
            completed.Models, reader, stopping);
        foreach (var result in completed.Results)
            Report(result, isCommitted);
    }

    /// <returns>False if the batches were revoked: then nothing was written, and they are delivered again to their reader.</returns>
    private async Task<bool> CommitAsync(
        int batches, IReadOnlyList<NewRecord> events, IReadOnlyCollection<string> trainedModels, IGroupReader reader,
        CancellationToken stopping)
    {
        try
        {
            await WriteAsync(batches, events, reader, stopping);
        }
        catch (BatchRevokedException e)
        {
            logger.LogWarning("The feedback was revoked, so the result is discarded and the run will be repeated: {Reason}", e.Message);
            backlog.Clear();
            await runs.CancelAsync("its feedback was revoked");
            return false;
        }
        backlog.MarkCommitted(batches, trainedModels);
        return true;
    }

    private async Task WriteAsync(int batches, IReadOnlyList<NewRecord> events, IGroupReader reader, CancellationToken stopping)
    {
        if (batches == 0)
        {
            await log.AppendAsync(events, stopping, atomic: true); // the feedback that started the run is committed already
            return;
        }
        var (batch, deadLetters) = backlog.JoinFirst(batches);
        await reader.CommitAsync(batch, [.. deadLetters, .. events], stopping);
    }

    private void Report(RunResult result, bool isCommitted)
    {
        var outcome = !isCommitted ? RunOutcome.Discarded : result.Promoted is null ? RunOutcome.Rejected : RunOutcome.Promoted;
        TrainingMetrics.RecordRun(outcome, result.Trained.TrainingSeconds);
        logger.LogInformation(
            "{Version} is {Outcome} after {Seconds:0} s\n  {Gates}",
            result.Trained.Version, outcome, result.Trained.TrainingSeconds, string.Join("\n  ", result.Trained.Gates));
    }
}
