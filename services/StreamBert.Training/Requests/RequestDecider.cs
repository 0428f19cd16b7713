using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Models;
using StreamBert.Training.Registry;
using StreamBert.Training.Rollout;
using StreamBert.Training.Runs;

namespace StreamBert.Training.Requests;

/// <summary>
/// Decides on the requests that the trainer reads: appends the decision at once, so that whoever waits for it is answered during a run, and
/// once, even if the request is read again after a crash. A refused request becomes a dead letter of its batch.
/// </summary>
internal sealed class RequestDecider(
    IEventLog log, ModelRequestHandler handler, ModelRegistry registry, ModelHistories histories, BacklogBatchReader batches,
    PendingWork pending, BackgroundRuns runs, TimeProvider time, ILogger<RequestDecider> logger)
{
    public async Task DecideAsync(
        BacklogBatch batch, LogRecord stored, IModelRequest request, AssignmentWriter writer, CancellationToken cancellation)
    {
        var history = await histories.ReadAsync(request.Model, cancellation);
        if (history.DecidedRequests.TryGetValue(stored.Position, out var decided)) // before a crash
        {
            if (decided is ModelRequestRefused refused)
                batches.AddDeadLetter(batch, stored, new(refused.Reason, refused.Detail));
            return;
        }
        var decision = await DecideAsync(stored, request, history, cancellation);
        if (decision.Refusal is { } refusal)
            batches.AddDeadLetter(batch, stored, refusal);
        if (decision is { Refusal: null, Outcome: null })
        {
            pending.AddRequest(request.Model, stored.Position, request.By);
            batch.Outputs.AddRange(decision.Records);
            if (runs.Admit(request.Model, stored.Position) is { } answer)
                await writer.AppendAsync([Answer(request, stored.Position, answer)], cancellation);
            return;
        }
        await writer.AppendAsync(decision.Records, cancellation);
        if (decision.Outcome is ModelRolledBack rollback && runs.Current == (rollback.Model, rollback.From))
            runs.Cancel($"its parent {rollback.From} was rolled back");
        if (decision.Outcome is { } outcome)
            logger.LogInformation("{Model}: {Outcome} at the request of {By}", request.Model, outcome.GetType().Name, request.By);
    }

    /// <summary>Decides, with the package that the request is about in the directory; refuses if the model store does not answer.</summary>
    private async Task<ModelDecision> DecideAsync(
        LogRecord stored, IModelRequest request, ModelHistory history, CancellationToken cancellation)
    {
        try
        {
            await registry.PrepareAsync(request, history, cancellation);
        }
        catch (Exception e) when (e is ModelStoreException or ModelPackageException)
        {
            return handler.Refuse(request, stored.Position, e.Message);
        }
        return handler.Decide(request, stored.Position, history, await LogEnds.ReadAsync(log, cancellation));
    }

    private NewRecord Answer(IModelRequest request, RecordPosition position, (string State, string Detail) answer) =>
        TrainingReports.Create(
            new(request.Model, TrainingCauses.Request, answer.Detail, [position]), answer.State, answer.Detail, null, time.GetUtcNow());
}
