using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.Projection;

/// <summary>Builds the state store anew from the log.</summary>
public sealed class StateRebuild(IEventLog log, StateProjection projection, SafeProjection safely, TimeProvider time)
{
    private const int Batch = 1_000;

    /// <summary>Clears the store; whatever projects goes on from the beginning of the log. The act stands in the audit log.</summary>
    /// <exception cref="StateUnavailableException">The store cannot be reached.</exception>
    public async Task ClearAsync(string actor, CancellationToken cancellation)
    {
        await log.AppendAsync(
            [AuditTrail.Record(new() { At = time.GetUtcNow(), Actor = actor, Action = AuditActions.StateRebuilt })],
            cancellation);
        await projection.ClearAsync(cancellation);
    }

    /// <summary>Offsets that stand in the log and not yet in the store.</summary>
    /// <exception cref="StateUnavailableException">The store cannot be reached.</exception>
    public async Task<long> BehindAsync(CancellationToken cancellation)
    {
        var behind = 0L;
        foreach (var topic in (await log.DescribeAsync(OutputTopics.Projected, cancellation)).GroupBy(static partition => partition.Topic))
        {
            var positions = await projection.PositionsAsync(topic.Key, cancellation);
            behind += topic.Sum(partition => partition.Behind(positions.GetValueOrDefault(partition.Partition, partition.Begin)));
        }
        return behind;
    }

    /// <summary>Projects the whole log into a cleared store, where no Gateway does.</summary>
    /// <param name="progress">Is told the topic, the records projected of it, and the offsets it has.</param>
    /// <exception cref="InvalidOperationException">Somebody else projects into the store.</exception>
    public async Task ProjectAsync(Action<string, long, long> progress, CancellationToken cancellation)
    {
        foreach (var topic in OutputTopics.Projected)
        {
            var partitions = await log.DescribeAsync([topic], cancellation);
            if (partitions.Count == 0)
                continue;
            var (done, of) = (0L, partitions.Sum(static partition => partition.End - partition.Begin));
            IReadOnlyDictionary<int, long> positions = new Dictionary<int, long>();
            await foreach (var records in log.ReadToEndAsync(topic, null, cancellation).Chunk(Batch))
            {
                positions = await safely.ApplyAsync(
                    topic,
                    positions,
                    [.. records.Select(record => LoggedEvent.Read(record, time.GetUtcNow()))],
                    cancellation)
                    ?? throw new InvalidOperationException(
                        "Somebody else writes to the state store: a Gateway runs on it, and rebuilds it by itself.");
                progress(topic, done += records.Length, of);
            }
        }
    }
}
