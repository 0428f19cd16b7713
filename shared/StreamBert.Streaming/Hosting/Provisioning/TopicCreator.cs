using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Streaming.Hosting.Provisioning;

/// <summary>Creates the topics before the services start, and waits for a log that is not available yet.</summary>
internal sealed class TopicCreator(
    IEventLog log,
    PipelineCatalog pipelines,
    IOptions<EventLogOptions> options,
    Readiness readiness,
    Supervisor supervisor) : IHostedService
{
    private static readonly SupervisedTask Creation = new("The creation of the topics")
    {
        ReadinessPart = Readiness.Log,
        MaxDelay = TimeSpan.FromSeconds(2),
        IsRetryable = static exception => exception is LogUnavailableException,
    };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var topics = TopicPlan.For(pipelines, options.Value);
        readiness.MarkWaiting(Readiness.Log, "the topics are being created");
        await supervisor.RunOnceAsync(Creation, cancellation => log.CreateTopicsAsync(topics, cancellation), cancellationToken);
        readiness.MarkReady(Readiness.Log, $"{topics.Count} topics");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
