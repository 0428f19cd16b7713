using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;
using StreamBert.Training.Rollout;
using StreamBert.Training.Runs;

namespace StreamBert.Training.Requests;

/// <summary>
/// Decides on the requests that the trainer reads: appends the decision at once, so that whoever waits for it is answered during a run, and
/// once, even if the request is read again after a crash. A refused request becomes a dead letter of its batch.
/// </summary>
internal sealed class RequestDecider(
    IEventLog log, ModelRequestHandler handler, ModelHistories histories, BacklogBatchReader batches, PendingWork pending,
    BackgroundRuns runs, TimeProvider time, ILogger<RequestDecider> logger)
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
        var decision = handler.Decide(request, stored.Position, history, await LogEnds.ReadAsync(log, cancellation));
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

    private NewRecord Answer(IModelRequest request, RecordPosition position, (string State, string Detail) answer) =>
        TrainingReports.Create(
            new(request.Model, TrainingCauses.Request, answer.Detail, [position]), answer.State, answer.Detail, null, time.GetUtcNow());
}
