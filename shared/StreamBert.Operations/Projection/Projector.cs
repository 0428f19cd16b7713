using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Operations.Projection;

/// <summary>
/// Projects the output topics into the state store from the positions that the store holds. Whatever happens to the store (an outage, a
/// flush, another log, a second Gateway), the answer is the same: read its positions again and resume there.
/// </summary>
internal sealed class Projector(
    IEventLog log, StateProjection projection, ResilientProjection resilient, IOptions<ProjectionOptions> options, Supervisor supervisor,
    TimeProvider time, ILogger<Projector> logger) : BackgroundService
{
    /// <summary>The interval at which the positions of the store are compared while no events arrive, so that a flush is noticed.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(ProjectedTopics.All.Select(topic => supervisor.RunAsync(
        $"The projection of {topic}", (progressed, cancellation) => FollowAsync(topic, progressed, cancellation), stoppingToken)));

    /// <summary>Projects a topic. It returns when the positions of the store have changed.</summary>
    private async Task FollowAsync(string topic, Action progressed, CancellationToken cancellation)
    {
        var positions = await ReadStartAsync(topic, cancellation);
        var batches = ReadAheadBatches.ReadAsync(log, topic, positions, options.Value.BatchSize, ProbeInterval, time, cancellation);
        await foreach (var events in batches)
        {
            var newPositions = events.Count == 0
                ? await ComparePositionsAsync(topic, positions, cancellation)
                : await resilient.ApplyAsync(topic, positions, events, cancellation);
            if (newPositions is null)
            {
                logger.LogInformation("The positions of {Topic} in the state store have changed; the projection resumes from the new "
                    + "positions", topic);
                return;
            }
            positions = newPositions;
            progressed();
        }
    }

    /// <summary>
    /// Reads the positions of the store. A store that was filled from another log, with positions beyond the end of this log, is cleared
    /// first.
    /// </summary>
    private async Task<IReadOnlyDictionary<int, long>> ReadStartAsync(string topic, CancellationToken cancellation)
    {
        var positions = await projection.ReadPositionsAsync(topic, cancellation);
        var partitions = await log.DescribeAsync([topic], cancellation);
        var ends = partitions.ToDictionary(static partition => partition.Partition, static partition => partition.End);
        if (positions.All(position => ends.TryGetValue(position.Key, out var end) && position.Value <= end))
            return positions;
        logger.LogWarning("The state store was filled from another log ({Topic} ends before its position); it is cleared and rebuilt "
            + "from this log", topic);
        await projection.ClearAsync(cancellation);
        return await projection.ReadPositionsAsync(topic, cancellation);
    }

    /// <returns>The positions if the store still holds them, else null.</returns>
    private async Task<IReadOnlyDictionary<int, long>?> ComparePositionsAsync(
        string topic, IReadOnlyDictionary<int, long> positions, CancellationToken cancellation)
    {
        var stored = await projection.ReadPositionsAsync(topic, cancellation);
        var isUnchanged = stored.Count == positions.Count
            && stored.All(position => positions.TryGetValue(position.Key, out var known) && known == position.Value);
        return isUnchanged ? positions : null;
    }
}
