using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Streaming.Hosting.Provisioning;

/// <summary>Creates the topics before the services start; waits for a log that is not there yet, and says so.</summary>
internal sealed class TopicCreation(
    IEventLog log, PipelineCatalog pipelines, IOptions<EventLogOptions> options, Readiness readiness, TimeProvider time, ILogger<TopicCreation> logger)
    : IHostedService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var topics = TopicPlan.For(pipelines, options.Value);
        readiness.MarkWaiting(Readiness.Log, "the topics are being created");
        while (!await TryCreateAsync(topics, cancellationToken))
            await Task.Delay(RetryDelay, time, cancellationToken);
        readiness.MarkReady(Readiness.Log, $"{topics.Count} topics");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> TryCreateAsync(IReadOnlyList<TopicSpec> topics, CancellationToken cancellation)
    {
        try
        {
            await log.CreateTopicsAsync(topics, cancellation);
            return true;
        }
        catch (LogUnavailableException e)
        {
            readiness.MarkWaiting(Readiness.Log, e.Message);
            logger.LogWarning("The event log cannot be reached, trying again in {Seconds} s: {Reason}", RetryDelay.TotalSeconds, e.Message);
            return false;
        }
    }
}
