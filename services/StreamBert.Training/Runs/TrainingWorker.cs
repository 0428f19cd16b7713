using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Runs;

/// <summary>
/// Follows the feedback topic and starts runs. It reads on while a run is under way, so the group never takes it for dead, and commits
/// what a run learned from in one step with the run's events: a killed trainer does the run again, and nobody sees it twice.
/// </summary>
/// <remarks>One trainer works on a models directory; a second one stands by until the first lets go of it.</remarks>
public sealed class TrainingWorker(
    IEventLog log, Inbox inbox, BackgroundRuns runs, Rollback rollback, ModelDirectory directory, Introduction introduction, IOptions<TrainingOptions> options,
    TrainingMetrics metrics, Readiness readiness, TimeProvider time, ILogger<TrainingWorker> logger) : BackgroundService
{
    private const string Part = "training";
    private const int MaxRecords = 500;
    private readonly TrainingOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using (var held = directory.TryLock())
            {
                if (held is null)
                    readiness.MarkReady(Part, "standing by: another trainer works on the models directory");
                else
                    await FollowUntilCutOffAsync(stoppingToken);
            }
            await Task.Delay(_options.RetryDelay, time, stoppingToken);
        }
    }

    private async Task FollowUntilCutOffAsync(CancellationToken stopping)
    {
        try
        {
            readiness.MarkWaiting(Part, "joining the feedback topic");
            await FollowAsync(stopping);
        }
        catch (Exception e) when (e is LogUnavailableException || !stopping.IsCancellationRequested)
        {
            if (log.WriteFailure is null)
                readiness.MarkWaiting(Part, e.Message);
            else // told of by the log's own health; whatever reads goes on
                readiness.MarkReady(Part, "waits for the log to take writes again");
            if (e is LogUnavailableException)
                logger.LogWarning("The event log cannot be reached, trying again in {Delay}: {Reason}", _options.RetryDelay, e.Message);
            else
                logger.LogError(e, "The trainer broke off; it goes on from what is committed in {Delay}", _options.RetryDelay);
        }
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        inbox.Clear();
        await introduction.MakeAsync(stopping);
        await using var reader = await log.JoinAsync(ConsumerGroups.Training, [Topics.Feedback], stopping, exclusive: true);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        readiness.MarkReady(Part, "following the feedback");
        var reading = reader.ReadAsync(MaxRecords, ending.Token);
        try
        {
            while (true)
            {
                await Task.WhenAny(reading, runs.Completion);
                if (reading.IsCompleted)
                {
                    var batch = await reading;
                    reading = reader.ReadAsync(MaxRecords, ending.Token);
                    await TakeInAsync(batch, reader, stopping);
                }
                if (await runs.TakeAsync() is { } outcome)
                    await FinishAsync(outcome, reader, stopping);
                runs.StartIfIdle(inbox.Due(_options.MinimumFeedback), stopping);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await runs.BreakOffAsync("the trainer leaves the log");
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // cancelled, or its error is on its way already
        }
    }

    private async Task TakeInAsync(ReadBatch batch, IGroupReader reader, CancellationToken stopping)
    {
        if (!inbox.Add(batch))
            await runs.BreakOffAsync("the feedback was assigned anew and is read again");
        if (inbox.CountIdle is > 0 and var idle)
            await CommitAsync(idle, [], [], reader, stopping); // records that cannot be used go to the dead letters now, and not with the next run
        if (inbox.Rollbacks.Count == 0)
            return;
        await runs.BreakOffAsync("a rollback was asked for");
        var events = new List<NewRecord>();
        foreach (var request in inbox.Rollbacks.DistinctBy(static r => r.Model))
        {
            if (await rollback.DecideAsync(request, stopping) is { } back)
                events.AddRange([Records.Of(Topics.Models, back.Model, back, back.RolledBackAt), Records.Audit(back)]);
        }

        await CommitAsync(inbox.Count, events, [], reader, stopping);
    }

    private async Task FinishAsync(RunsOutcome outcome, IGroupReader reader, CancellationToken stopping)
    {
        var committed = await CommitAsync(
            inbox.CountBefore(outcome.Ends), [.. outcome.Results.SelectMany(static r => r.Records)], outcome.Models, reader, stopping);
        foreach (var result in outcome.Results)
            Report(result, committed);
    }

    /// <returns>False if the batches were revoked: then nothing was written, and they are read again by whom they belong to.</returns>
    private async Task<bool> CommitAsync(
        int batches, IReadOnlyList<NewRecord> events, IReadOnlyCollection<string> trained, IGroupReader reader, CancellationToken stopping)
    {
        try
        {
            await WriteAsync(batches, events, reader, stopping);
        }
        catch (BatchRevokedException e)
        {
            logger.LogWarning("The outcome is dropped and will be worked out again: {Reason}", e.Message);
            inbox.Clear();
            await runs.BreakOffAsync("its feedback was revoked");
            return false;
        }
        inbox.Committed(batches, trained);
        return true;
    }

    private async Task WriteAsync(int batches, IReadOnlyList<NewRecord> events, IGroupReader reader, CancellationToken stopping)
    {
        if (batches == 0)
        {
            await log.AppendAsync(events, stopping, atomic: true); // all that started the run is committed already
            return;
        }
        var (batch, deadLetters) = inbox.First(batches);
        await reader.CommitAsync(batch, [.. deadLetters, .. events], stopping);
    }

    private void Report(RunResult result, bool committed)
    {
        var end = !committed ? RunEnd.Dropped : result.Promoted is null ? RunEnd.Rejected : RunEnd.Promoted;
        metrics.Ran(end, result.Trained.TrainingSeconds);
        logger.LogInformation("{Version} is {End} after {Seconds:0} s\n  {Gates}",
            result.Trained.Version, end, result.Trained.TrainingSeconds, string.Join("\n  ", result.Trained.Gates));
    }
}
