using System.Collections.Concurrent;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Gateway.Rules;
using StreamBert.Gateway.Traffic;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Following;

/// <summary>
/// Follows the output topics from their ends and passes new events to waiting callers, to the traffic statistics and to the live
/// subscribers. It does not depend
/// on the projection, so that it runs without the state store.
/// </summary>
internal sealed class OutputFollower(
    IEventLog log, LiveEventHub hub, InteractiveClassifier classifier, TokenizationClient tokenizer, RulesPreviewClient previews,
    ModelRequestClient requests, TrafficMeter meter, LabelCatalog labels,
    SubjectVault vault, UnusableRecords unusable, Readiness readiness, Supervisor supervisor, TimeProvider time) : BackgroundService
{
    private const string Part = "live";
    private const string ReadyDetail = "following";

    /// <summary>The reasons why topics cannot be followed, by topic.</summary>
    private readonly ConcurrentDictionary<string, string> _failures = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        readiness.MarkWaiting(Part, "reading the ends of the output topics");
        var ends = await supervisor.RunOnceAsync(new("The output follower") { ReadinessPart = Part }, ReadEndsAsync, stoppingToken);
        hub.Start();
        readiness.MarkReady(Part, ReadyDetail);
        await Task.WhenAll(FollowedTopics.All.Select(topic => supervisor.RunAsync(
            new($"The output follower of {topic}") { OnFailure = failure => Report(topic, failure) },
            (progressed, cancellation) => FollowAsync(topic, ends[topic], progressed, cancellation),
            stoppingToken)));
    }

    private async Task<Dictionary<string, Dictionary<int, long>>> ReadEndsAsync(CancellationToken cancellation)
    {
        var ends = FollowedTopics.All.ToDictionary(static topic => topic, static _ => new Dictionary<int, long>());
        foreach (var partition in await log.DescribeAsync(FollowedTopics.All, cancellation))
            ends[partition.Topic][partition.Partition] = partition.End;
        return ends;
    }

    /// <param name="positions">Advanced with every event, so that after a restart none is lost or repeated.</param>
    private async Task FollowAsync(string topic, Dictionary<int, long> positions, Action progressed, CancellationToken cancellation)
    {
        await log.DescribeAsync([topic], cancellation); // It responds even if no record arrives for a long time.
        Report(topic, null);
        await foreach (var batch in log.TailAsync(topic, positions, cancellation))
        {
            foreach (var logged in Unseal(batch.Select(record => LoggedEvent.Read(record, time.GetUtcNow())).ToList()))
            {
                TryPublish(logged);
                positions[logged.Record.Position.Partition] = logged.Record.Position.Offset + 1;
            }
            progressed();
        }
    }

    /// <summary>Unseals texts, if anybody reads them.</summary>
    private List<LoggedEvent> Unseal(List<LoggedEvent> events)
    {
        if (hub.Subscribers == 0 && classifier.Pending == 0)
            return events;
        var predictions = new Queue<TextClassified>(vault.Open([.. events.Select(static logged => logged.Event).OfType<TextClassified>()]));
        var alerts = new Queue<AlertRaised>(vault.Open([.. events.Select(static logged => logged.Event).OfType<AlertRaised>()]));
        return events.ConvertAll(logged => logged.Event switch
        {
            TextClassified => logged with { Event = predictions.Dequeue() },
            AlertRaised => logged with { Event = alerts.Dequeue() },
            _ => logged,
        });
    }

    private void TryPublish(LoggedEvent logged)
    {
        var fault = logged.Fault;
        try
        {
            Publish(logged);
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            fault = new(DeadLetterReasons.ProcessingFailed, $"The event cannot be shown: {e.Message}", e);
        }
        if (fault is not null)
            unusable.Report("live", logged.Record.Position, fault, "It is not shown live.");
    }

    private void Publish(LoggedEvent logged)
    {
        classifier.Observe(logged);
        tokenizer.Observe(logged);
        previews.Observe(logged);
        requests.Observe(logged.Event);
        meter.Observe(logged.Event);
        if (logged.Event is TextClassified prediction)
            labels.Observe(prediction);
        if (logged.Event is ModelPromoted promoted)
            labels.Observe(promoted);
        if (LiveEvent.From(logged) is { } live)
            hub.Publish(live);
    }

    /// <param name="failure">Why the topic cannot be followed; null once it is followed again.</param>
    private void Report(string topic, Exception? failure)
    {
        if (failure is null)
            _failures.TryRemove(topic, out _);
        else
            _failures[topic] = failure.Message;
        if (_failures.IsEmpty)
        {
            readiness.MarkReady(Part, ReadyDetail);
        }
        else
        {
            readiness.MarkWaiting(Part, string.Join(' ', _failures.Select(static failed => $"{failed.Key} cannot be followed: "
                + $"{failed.Value}")));
        }
    }
}
