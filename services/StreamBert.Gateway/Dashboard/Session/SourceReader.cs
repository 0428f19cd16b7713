using StreamBert.Contracts;
using StreamBert.Operations.DeadLetters;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>What arrives in the pipelines and how far the services have read it.</summary>
/// <param name="Topics">The topics with the lag of their consumer groups.</param>
/// <param name="LastTexts">Input topic → when its last record arrived; without topics that hold none.</param>
/// <param name="EventTimes">The event time of each pipeline.</param>
/// <param name="DeadLetters">Pipeline → reason → its open dead letters.</param>
public sealed record SourceOverview(
    IReadOnlyList<TopicView> Topics, IReadOnlyDictionary<string, DateTimeOffset> LastTexts, IReadOnlyList<EventTimeUpdated> EventTimes,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> DeadLetters)
{
    /// <summary>Returns the lag of a consumer group of a topic; null if the group does not read it.</summary>
    public long? LagOf(string topic, string group) =>
        Topics.FirstOrDefault(view => view.Topic == topic)?.Lag is { } lags && lags.TryGetValue(group, out var lag) ? lag : null;
}

/// <summary>Reads from the log and the state store what arrives in the pipelines.</summary>
internal sealed class SourceReader(
    IEventLog log, StateStore store, DeadLetterReader letters, PipelineCatalog pipelines, TimeProvider time)
{
    /// <exception cref="LogUnavailableException">The event log cannot be read.</exception>
    public async Task<SourceOverview> ReadAsync(CancellationToken cancellation)
    {
        var topics = await TopicReader.ReadAsync(log, pipelines, TimeSpan.Zero, time, cancellation);
        return new(
            topics, await ReadLastTextsAsync(topics, cancellation), await store.ListEventTimesAsync(cancellation),
            await CountDeadLettersAsync(cancellation));
    }

    private async Task<Dictionary<string, DateTimeOffset>> ReadLastTextsAsync(
        IReadOnlyList<TopicView> topics, CancellationToken cancellation)
    {
        var inputs = pipelines.All.SelectMany(static pipeline => pipeline.Inputs).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, DateTimeOffset> last = [];
        foreach (var topic in topics.Where(topic => topic.Records > 0 && inputs.Contains(topic.Topic)))
        {
            var records = await Task.WhenAll(Enumerable.Range(0, topic.Partitions)
                .Select(partition => log.FetchLastAsync(topic.Topic, partition, cancellation)));
            if (records.OfType<LogRecord>().Select(static record => record.ReceivedAt ?? record.Timestamp).ToList() is { Count: > 0 } times)
                last[topic.Topic] = times.Max();
        }
        return last;
    }

    private async Task<Dictionary<string, IReadOnlyDictionary<string, long>>> CountDeadLettersAsync(CancellationToken cancellation)
    {
        Dictionary<string, IReadOnlyDictionary<string, long>> reasons = [];
        foreach (var pipeline in pipelines.All)
        {
            DeadLetterFilter filter = new() { State = DeadLetterStates.Open, Pipeline = pipeline.Name };
            reasons[pipeline.Name] = (await letters.ListAsync(filter, 1, null, cancellation)).Reasons;
        }
        return reasons;
    }
}
