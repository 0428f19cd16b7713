using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>
/// From where on it means something that an output is not there. Retention removes an output partition's oldest records, and what came of
/// one input partition stands in each output partition in the input's order: so whatever was removed came of records before the one whose
/// output is
/// now the first. A partition that nothing was removed from hides nothing.
/// </summary>
internal sealed class Horizon
{
    private readonly Dictionary<(int Output, CheckedPartition Input), long> _first = [];
    private HashSet<int> _cut = [];
    private HashSet<int> _moved = [];

    /// <summary>An output of a record of the input; of each output partition the first counts.</summary>
    public void Saw(int output, CheckedPartition input, long offset) => _first.TryAdd((output, input), offset);

    /// <param name="before">The output topic's partitions before it was read.</param>
    /// <param name="after">And after that.</param>
    public void Close(IReadOnlyList<PartitionInfo> before, IReadOnlyList<PartitionInfo> after)
    {
        var begins = before.ToDictionary(static p => p.Partition, static p => p.Begin);
        _cut = [.. after.Where(static p => p.Begin > 0).Select(static p => p.Partition)];
        _moved = [.. after.Where(p => p.Begin > begins.GetValueOrDefault(p.Partition)).Select(static p => p.Partition)];
    }

    /// <returns>The first offset of the input whose output would still be there.</returns>
    public long Of(CheckedPartition input) =>
        _cut.Count == 0
            ? input.From
            : _cut.Max(output => _moved.Contains(output) ? long.MaxValue : _first.GetValueOrDefault((output, input), long.MaxValue));
}
