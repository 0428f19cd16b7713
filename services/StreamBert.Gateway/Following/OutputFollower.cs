using System.Collections.Concurrent;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Traffic;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Following;

/// <summary>
/// Follows the output topics from their ends and passes on what comes: to whoever awaits an answer, to the meter and to the
/// live stream. Apart from the projection, so that it runs without the state store.
/// </summary>
internal sealed class OutputFollower(
    IEventLog log, LiveStream stream, InteractiveClassifier classifier, TokenizationClient questions, TrafficMeter meter, LabelCatalog labels, SubjectVault vault,
    UnusableRecords faults, Readiness readiness, Supervisor supervisor, TimeProvider time) : BackgroundService
{
    private const string Part = "live";

    /// <summary>Why topics cannot be followed at the moment.</summary>
    private readonly ConcurrentDictionary<string, string> _failures = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        readiness.MarkWaiting(Part, "the ends of the output topics are being looked up");
        var ends = await supervisor.RunOnceAsync(new("The live stream") { ReadinessPart = Part }, EndsAsync, stoppingToken);
        stream.Start();
        readiness.MarkReady(Part, "following");
        await Task.WhenAll(FollowedTopics.All.Select(topic => supervisor.RunAsync(
            new($"The live stream of {topic}") { OnFailure = failure => Report(topic, failure) },
            (progressed, cancellation) => FollowAsync(topic, ends[topic], progressed, cancellation),
            stoppingToken)));
    }

    private async Task<Dictionary<string, Dictionary<int, long>>> EndsAsync(CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync(FollowedTopics.All, cancellation);
        return FollowedTopics.All.ToDictionary(static topic => topic, topic => partitions
            .Where(partition => partition.Topic == topic).ToDictionary(static partition => partition.Partition, static partition => partition.End));
    }

    /// <param name="positions">Moved on with what was passed on, so that nothing is missed or doubled when it starts again.</param>
    private async Task FollowAsync(string topic, Dictionary<int, long> positions, Action progressed, CancellationToken cancellation)
    {
        await log.DescribeAsync([topic], cancellation); // answers also where no record comes for long
        Report(topic, null);
        await foreach (var batch in log.TailAsync(topic, positions, cancellation))
        {
            foreach (var logged in Shown([.. batch.Select(record => LoggedEvent.Read(record, time.GetUtcNow()))]))
            {
                TryPass(logged);
                positions[logged.Record.Position.Partition] = logged.Record.Position.Offset + 1;
            }
            progressed();
        }
    }

    /// <summary>With sealed texts opened, if anybody looks.</summary>
    private List<LoggedEvent> Shown(List<LoggedEvent> events)
    {
        if (stream.Subscribers == 0 && classifier.Pending == 0) return events;
        var predictions = new Queue<TextClassified>(vault.Open([.. events.Select(static logged => logged.Event).OfType<TextClassified>()]));
        var alerts = new Queue<AlertRaised>(vault.Open([.. events.Select(static logged => logged.Event).OfType<AlertRaised>()]));
        return events.ConvertAll(logged => logged.Event switch
        {
            TextClassified => logged with { Event = predictions.Dequeue() },
            AlertRaised => logged with { Event = alerts.Dequeue() },
            _ => logged,
        });
    }

    private void TryPass(LoggedEvent logged)
    {
        var fault = logged.Fault;
        try
        {
            Pass(logged);
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            fault = new(DeadLetterReasons.ProcessingFailed, $"The event cannot be shown: {e.Message}", e);
        }
        if (fault is not null)
            faults.Report("live", logged.Record.Position, fault, "It is not shown live.");
    }

    private void Pass(LoggedEvent logged)
    {
        classifier.Observe(logged);
        questions.Observe(logged);
        meter.Observe(logged.Event);
        if (logged.Event is TextClassified prediction) labels.Observe(prediction);
        if (logged.Event is ModelPromoted promoted) labels.Observe(promoted);
        if (LiveEvent.From(logged) is { } live) stream.Publish(live);
    }

    /// <param name="failure">Null: the topic is followed again.</param>
    private void Report(string topic, Exception? failure)
    {
        if (failure is null)
            _failures.TryRemove(topic, out _);
        else
            _failures[topic] = failure.Message;
        if (_failures.IsEmpty)
        {
            readiness.MarkReady(Part, "following");
        }
        else
        {
            readiness.MarkWaiting(
                Part,
                string.Join(' ', _failures.Select(static failed => $"{failed.Key} cannot be followed: {failed.Value}")));
        }
    }
}
