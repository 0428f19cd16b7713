using StreamBert.Contracts;
using StreamBert.Operations.Rules;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Rules;

/// <summary>
/// Reads the rules that the monitor applies now. The changes of the last pipeline are read again only when there are more. Not thread-safe.
/// </summary>
internal sealed class RulesInEffect(RulesHistory history, IEventLog log)
{
    private (string Pipeline, long End) _read = ("", -1);
    private IReadOnlyList<RulesChanged> _changes = [];

    /// <summary>Returns a pipeline with the rules of a window.</summary>
    /// <param name="pipeline">The pipeline as it is configured.</param>
    /// <param name="at">The start of the window, in event time.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <exception cref="LogUnavailableException">The event log cannot be read.</exception>
    public async Task<PipelineOptions> ReadAsync(PipelineOptions pipeline, DateTimeOffset at, CancellationToken cancellation)
    {
        var end = (await log.DescribeAsync([Topics.Rules], cancellation)).Sum(static partition => partition.End);
        if (_read != (pipeline.Name, end))
        {
            _changes = await history.ReadAsync(pipeline.Name, cancellation);
            _read = (pipeline.Name, end);
        }
        var rules = RulesHistory.RulesAt(pipeline, _changes, at);
        return ReferenceEquals(rules, pipeline.Monitor.Rules)
            ? pipeline
            : pipeline with { Monitor = pipeline.Monitor with { Rules = rules } };
    }
}
