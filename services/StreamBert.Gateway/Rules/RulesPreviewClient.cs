using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Interactive;
using StreamBert.Gateway.Live;
using StreamBert.Operations.Rules;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Rules;

/// <summary>Asks the monitor, by way of the log, which alerts other rules would have raised on the predictions in the log.</summary>
internal sealed class RulesPreviewClient : IDisposable
{
    /// <summary>The event time whose alerts are compared.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromDays(7);

    /// <summary>The time from the deadline to the arrival of a response that tells that it has passed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>The estimated memory of a response in bytes.</summary>
    private const long Memory = 128 * 1024;

    private readonly RulesHistory _history;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly PendingResponses<RulesPreviewed> _responses;

    /// <summary>Held while the monitor computes: nobody can stop it when the caller leaves.</summary>
    private readonly SemaphoreSlim _one = new(1);

    public RulesPreviewClient(IEventLog log, LiveEventHub hub, RulesHistory history, IOptions<GatewayOptions> options, TimeProvider time)
    {
        (_history, _timeout, _time) = (history, options.Value.RulesPreviewDeadline, time);
        _responses = new(log, hub, options.Value, time);
    }

    /// <summary>Compares rules with those of the next window.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="rules">The proposed rules, which are valid; null for those of the configuration.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="ApiException">There is no result, for a reason that the message states.</exception>
    /// <exception cref="OverloadedException">A limit of pending responses is reached.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be read or written.</exception>
    public async Task<RulesPreviewed> CompareAsync(PipelineOptions pipeline, MonitorRules? rules, CancellationToken cancellation)
    {
        var changes = await _history.ReadAsync(pipeline.Name, cancellation);
        var now = _time.GetUtcNow();
        var request = new RulesPreviewRequested
        {
            Id = Guid.CreateVersion7(now).ToString(),
            Pipeline = pipeline.Name,
            InEffect = RulesHistory.RulesAt(pipeline, changes, now + pipeline.Monitor.Window),
            Proposed = rules ?? pipeline.Monitor.Rules,
            Period = Period,
            Deadline = now + _timeout,
        };
        var response = await RequestAsync(request).WaitAsync(cancellation);
        return response.Error is { } error
            ? throw Unavailable($"{error} Run 'streambert backtest --rules FILE', which has no deadline.")
            : response;
    }

    /// <summary>Passes a new response to the caller that waits for it.</summary>
    public void Observe(LoggedEvent logged)
    {
        if (logged.Event is RulesPreviewed preview)
            _responses.Complete(preview.Id, preview);
    }

    public void Dispose()
    {
        _responses.Dispose();
        _one.Dispose();
    }

    private async Task<RulesPreviewed> RequestAsync(RulesPreviewRequested request)
    {
        if (!_one.Wait(0))
        {
            throw new ApiException(
                StatusCodes.Status429TooManyRequests, "preview-in-progress", "Another preview is computed",
                "The monitor computes another preview of rules. Try again when it has ended.");
        }
        var record = EventRecord.Create(Topics.RulesPreviewRequests, request.Id, request, _time.GetUtcNow());
        try
        {
            return (await _responses.RequestAsync([(request.Id, record)], Memory, _timeout + Grace, CancellationToken.None))[0];
        }
        catch (ClassificationTimeoutException)
        {
            throw Unavailable(
                $"The monitor has not responded within {_timeout.TotalSeconds:N0} s (Gateway:RulesPreviewDeadline). Check that the "
                + "service Monitoring is running, or run 'streambert backtest --rules FILE', which has no deadline.");
        }
        finally
        {
            _one.Release();
        }
    }

    private static ApiException Unavailable(string detail) =>
        new(StatusCodes.Status504GatewayTimeout, "no-preview", "The rules cannot be previewed", detail);
}
