using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Rollout;

/// <summary>The end of each partition of the predictions and of the feedback at one moment: a stage is judged on what follows.</summary>
public sealed record LogEnds(IReadOnlyList<long> Predictions, IReadOnlyList<long> Feedback)
{
    /// <summary>Reads the current ends.</summary>
    public static async Task<LogEnds> ReadAsync(IEventLog log, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([Topics.Predictions, Topics.Feedback], cancellation);
        return new(EndsOf(partitions, Topics.Predictions), EndsOf(partitions, Topics.Feedback));
    }

    private static IReadOnlyList<long> EndsOf(IReadOnlyList<PartitionInfo> partitions, string topic) =>
    [
        .. partitions.Where(partition => partition.Topic == topic).OrderBy(static partition => partition.Partition)
            .Select(static partition => partition.End),
    ];
}
