using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Live;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.ModelRequests;

/// <summary>
/// Appends requests about models to the log, for the trainer to decide, and waits a moment for its decision: the event that names the
/// position of the request.
/// </summary>
public sealed class ModelRequestClient(IEventLog log, LiveEventHub hub, IOptions<GatewayOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<RecordPosition, TaskCompletionSource<object>> _decisions = new();
    private int _waiting;

    /// <summary>Appends a request and waits for the decision.</summary>
    /// <returns>
    /// What the trainer did; the state <c>requested</c> if it has not decided within <see cref="GatewayOptions.ModelRequestDeadline"/>.
    /// </returns>
    /// <exception cref="ModelRequestRefusedException">The trainer has refused the request.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written.</exception>
    public async Task<ModelRequestResult> RequestAsync<T>(T request, CancellationToken cancellation)
        where T : IModelRequest
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await hub.Started.WaitAsync(cancellation);
            var positions = await log.AppendAsync([EventRecord.Create(Topics.Feedback, request, request.OccurredAt)], cancellation);
            return await AwaitAsync(request.Model, positions[0], cancellation);
        }
        finally
        {
            if (Interlocked.Decrement(ref _waiting) == 0)
                _decisions.Clear(); // decisions on requests of others
        }
    }

    /// <summary>Observes an event, which may be the decision on a request.</summary>
    internal void Observe(object? logged)
    {
        if (Volatile.Read(ref _waiting) == 0 || logged is null)
            return;
        foreach (var position in RequestsOf(logged))
            DecisionOn(position).TrySetResult(logged);
    }

    private async Task<ModelRequestResult> AwaitAsync(string model, RecordPosition position, CancellationToken cancellation)
    {
        try
        {
            var decision = await DecisionOn(position).Task.WaitAsync(options.Value.ModelRequestDeadline, time, cancellation);
            return decision is ModelRequestRefused refusal
                ? throw new ModelRequestRefusedException(refusal)
                : ModelRequestResult.Of(decision, position)!;
        }
        catch (TimeoutException)
        {
            return ModelRequestResult.Create(model, position, ModelRequestResult.Undecided) with
            {
                Detail = "The trainer has not decided yet: the service Training is not running, or a failed run of the model waits for "
                    + "its retry. The decision will be visible in GET /v1/models.",
            };
        }
        finally
        {
            _decisions.TryRemove(position, out _);
        }
    }

    private TaskCompletionSource<object> DecisionOn(RecordPosition position) =>
        _decisions.GetOrAdd(position, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private static IReadOnlyList<RecordPosition> RequestsOf(object logged) => logged switch
    {
        ModelPromoted { Request: { } request } => [request],
        ModelRolledBack { Request: { } request } => [request],
        RolloutChanged { Request: { } request } => [request],
        PinChanged { Request: { } request } => [request],
        ModelRequestRefused refused => [refused.Request],
        TrainingReported report => report.Requests,
        _ => [],
    };
}
