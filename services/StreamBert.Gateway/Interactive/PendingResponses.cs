using System.Collections.Concurrent;
using StreamBert.Gateway.Live;
using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Interactive;

/// <summary>
/// Sends requests to workers by way of the log and waits for the responses with their ids, within limits of number and memory. All
/// interactive endpoints wait
/// here.
/// </summary>
internal sealed class PendingResponses<TResponse>(IEventLog log, LiveEventHub hub, GatewayOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<TResponse>> _pending = new();
    private readonly ByteBudget _memory = new(options.MaxPendingBytes);

    /// <summary>The number of responses that callers wait for.</summary>
    public int Count => _pending.Count;

    /// <summary>Appends the requests and waits for all responses.</summary>
    /// <param name="requests">The records of the requests by id.</param>
    /// <param name="memory">The estimated memory of requests and responses in bytes.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>The responses in the order of the requests.</returns>
    /// <exception cref="OverloadedException">A limit of pending responses is reached.</exception>
    /// <exception cref="ClassificationTimeoutException">No worker responded in time.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written.</exception>
    public async Task<IReadOnlyList<TResponse>> RequestAsync(
        IReadOnlyList<(string Id, NewRecord Record)> requests, long memory, TimeSpan timeout, CancellationToken cancellation)
    {
        CheckCount(requests.Count);
        if (!_memory.TryAcquire(memory))
        {
            throw new OverloadedException(
                $"The pending responses take all of the {options.MaxPendingBytes:N0} bytes that they may take (Gateway:MaxPendingBytes).",
                RetryAfter);
        }
        try
        {
            return await SendAsync(requests, timeout, cancellation);
        }
        finally
        {
            _memory.Release(memory);
        }
    }

    /// <summary>Checks whether so many further responses may be pending.</summary>
    /// <exception cref="OverloadedException">They may not.</exception>
    public void CheckCount(int requests)
    {
        if (_pending.Count + requests > options.MaxPendingClassifications)
        {
            throw new OverloadedException(
                $"{_pending.Count:N0} responses are pending, and the maximum is {options.MaxPendingClassifications:N0} "
                    + "(Gateway:MaxPendingClassifications).",
                RetryAfter);
        }
    }

    /// <summary>Completes a pending response, if one has this id.</summary>
    public void Complete(string id, TResponse response)
    {
        if (_pending.TryGetValue(id, out var pending))
            pending.TrySetResult(response);
    }

    /// <summary>Fails a pending response, if one has this id.</summary>
    public void Fail(string id, Exception failure)
    {
        if (_pending.TryGetValue(id, out var pending))
            pending.TrySetException(failure);
    }

    public void Dispose() => _memory.Dispose();

    private async Task<IReadOnlyList<TResponse>> SendAsync(
        IReadOnlyList<(string Id, NewRecord Record)> requests, TimeSpan timeout, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var responses = requests.Select(request => _pending[request.Id] = new(TaskCreationOptions.RunContinuationsAsynchronously)).ToList();
        try
        {
            await hub.Started.WaitAsync(linked.Token);
            await log.AppendAsync([.. requests.Select(static request => RecordTrace.WithCurrent(request.Record))], linked.Token);
            return await Task.WhenAll(responses.Select(static response => response.Task)).WaitAsync(linked.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ClassificationTimeoutException([.. requests.Select(static request => request.Id)], timeout);
        }
        finally
        {
            foreach (var (id, _) in requests)
                _pending.TryRemove(id, out _);
        }
    }
}
