using Microsoft.Extensions.Options;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.Projection;

/// <summary>
/// Follows the output topics from the positions in the state store and applies what stands there to it. Whatever happens to the
/// store (away, emptied, filled by another log, written by a second Gateway), the answer is the same: ask it for its positions and go on
/// from there.
/// </summary>
internal sealed class Projector(
    IEventLog log, StateProjection projection, SafeProjection safely, IOptions<GatewayOptions> options, Supervisor supervisor, TimeProvider time, ILogger<Projector> logger) : BackgroundService
{
    /// <summary>A store that was emptied while nothing happens is noticed after this time.</summary>
    private static readonly TimeSpan LookAbout = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(OutputTopics.Projected.Select(topic =>
        supervisor.RunAsync(
            $"The state of {topic}",
            (progressed, cancellation) => FollowAsync(topic, progressed, cancellation),
            stoppingToken)));

    /// <summary>Returns when the store turns out to stand elsewhere.</summary>
    private async Task FollowAsync(string topic, Action progressed, CancellationToken cancellation)
    {
        var positions = await StartAsync(topic, cancellation);
        await foreach (var events in EventBatches.ReadAsync(
            log,
            topic,
            positions,
            options.Value.ProjectionBatch,
            LookAbout,
            time,
            cancellation))
        {
            var after = events.Count == 0
                ? await UnmovedAsync(topic, positions, cancellation)
                : await safely.ApplyAsync(topic, positions, events, cancellation);
            if (after is null)
            {
                logger.LogInformation("The state store stands elsewhere in {Topic} than this Gateway left it; going on from there", topic);
                return;
            }
            positions = after;
            progressed();
        }
    }

    /// <summary>
    /// The stored positions; none after clearing a store that was filled from another log, which shows in positions beyond this log's end.
    /// </summary>
    private async Task<IReadOnlyDictionary<int, long>> StartAsync(string topic, CancellationToken cancellation)
    {
        var positions = await projection.PositionsAsync(topic, cancellation);
        var partitions = await log.DescribeAsync([topic], cancellation);
        var ends = partitions.ToDictionary(static partition => partition.Partition, static partition => partition.End);
        if (positions.All(position => ends.TryGetValue(position.Key, out var end) && position.Value <= end)) return positions;
        logger.LogWarning(
            "The state store was filled from another log ({Topic} ends before its position); it is cleared and built anew",
            topic);
        await projection.ClearAsync(cancellation);
        return await projection.PositionsAsync(topic, cancellation);
    }

    /// <summary>The positions if the store still stands there, else null.</summary>
    private async Task<IReadOnlyDictionary<int, long>?> UnmovedAsync(
        string topic,
        IReadOnlyDictionary<int, long> positions,
        CancellationToken cancellation)
    {
        var stored = await projection.PositionsAsync(topic, cancellation);
        return stored.Count == positions.Count
            && stored.All(position => positions.TryGetValue(position.Key, out var known) && known == position.Value) ? positions : null;
    }
}
