using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.Projection;

/// <summary>Rebuilds the state store from the log.</summary>
/// <param name="log">The log.</param>
/// <param name="projection">The projection.</param>
/// <param name="resilient">Projects the events and skips those that cannot be projected.</param>
/// <param name="time">The clock.</param>
public sealed class StateRebuild(IEventLog log, StateProjection projection, ResilientProjection resilient, TimeProvider time)
{
    private const int BatchSize = 1_000;

    /// <summary>Clears the store and records that in the audit log. A running projection resumes at the beginning of the log.</summary>
    /// <param name="actor">The actor for the audit log.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="StateUnavailableException">The store cannot be reached.</exception>
    public async Task ClearAsync(string actor, CancellationToken cancellation)
    {
        await log.AppendAsync([AuditTrail.Record(new() { At = time.GetUtcNow(), Actor = actor, Action = AuditActions.StateRebuilt })],
            cancellation);
        await projection.ClearAsync(cancellation);
    }

    /// <summary>Counts the offsets in the log that are not projected into the store yet.</summary>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="StateUnavailableException">The store cannot be reached.</exception>
    public async Task<long> ReadLagAsync(CancellationToken cancellation)
    {
        var lag = 0L;
        foreach (var topic in (await log.DescribeAsync(ProjectedTopics.All, cancellation)).GroupBy(static partition => partition.Topic))
        {
            var positions = await projection.ReadPositionsAsync(topic.Key, cancellation);
            lag += topic.Sum(partition => partition.LagAt(positions.GetValueOrDefault(partition.Partition, partition.Begin)));
        }
        return lag;
    }

    /// <summary>Projects the whole log into a cleared store. No Gateway may run on the store.</summary>
    /// <param name="progress">Receives the topic, the number of projected records and the number of offsets of the topic.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InvalidOperationException">Another process projects into the store.</exception>
    public async Task ProjectAsync(Action<string, long, long> progress, CancellationToken cancellation)
    {
        foreach (var topic in ProjectedTopics.All)
            await ProjectAsync(topic, progress, cancellation);
    }

    private async Task ProjectAsync(string topic, Action<string, long, long> progress, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([topic], cancellation);
        if (partitions.Count == 0)
            return;
        var (projected, total) = (0L, partitions.Sum(static partition => partition.End - partition.Begin));
        IReadOnlyDictionary<int, long> positions = new Dictionary<int, long>();
        await foreach (var records in log.ReadToEndAsync(topic, null, cancellation).Chunk(BatchSize))
        {
            var events = records.Select(record => LoggedEvent.Read(record, time.GetUtcNow())).ToList();
            positions = await resilient.ApplyAsync(topic, positions, events, cancellation) ?? throw new InvalidOperationException(
                "Another process writes to the state store: a Gateway runs on it and rebuilds it by itself.");
            progress(topic, projected += records.Length, total);
        }
    }
}

/// <summary>Reports that the state store was cleared and is being rebuilt.</summary>
/// <param name="Lag">The number of offsets to project; <c>stateStore.lag</c> of the status shows the progress.</param>
public sealed record StateRebuildStarted(long Lag);
