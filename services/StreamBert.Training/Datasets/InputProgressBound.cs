using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Datasets;

/// <summary>
/// The end of the input topics at one moment. Once Inference has committed what was before it, the predictions of all texts from before
/// that moment are in the log: it bounds, by the order of the log and not by a clock, how long feedback waits for its prediction.
/// </summary>
internal sealed class InputProgressBound
{
    private readonly IEventLog _log;
    private readonly IReadOnlyDictionary<(string Topic, int Partition), long> _ends;

    private InputProgressBound(IEventLog log, IReadOnlyDictionary<(string, int), long> ends) => (_log, _ends) = (log, ends);

    /// <summary>Returns the bound at this moment.</summary>
    public static async Task<InputProgressBound> TakeAsync(IEventLog log, PipelineOptions pipeline, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([.. pipeline.Inputs, Topics.Interactive, Topics.Explain], cancellation);
        return new(log, partitions.ToDictionary(static part => (part.Topic, part.Partition), static part => part.RecordsEnd));
    }

    /// <summary>Returns whether Inference has committed everything before the bound.</summary>
    public async Task<bool> IsReachedAsync(CancellationToken cancellation)
    {
        foreach (var group in _ends.Keys.Select(static key => key.Topic).Distinct().GroupBy(ConsumerGroups.ForTopic))
        {
            var lags = await _log.LagAsync(group.Key, [.. group], cancellation);
            if (lags.Any(lag => lag.Committed < _ends.GetValueOrDefault((lag.Topic, lag.Partition))))
                return false;
        }
        return true;
    }
}
