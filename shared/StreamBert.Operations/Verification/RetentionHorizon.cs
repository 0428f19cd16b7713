using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>
/// Tells from which input offset a missing output proves something. Retention deletes the oldest records of an output partition, and
/// every output partition holds
/// the outputs of an input partition in the order of its records: whatever was deleted belongs to records before the one whose output is
/// now the first. An
/// output partition that has lost no records hides nothing.
/// </summary>
internal sealed class RetentionHorizon
{
    private readonly Dictionary<(int Output, VerifiedPartition Input), long> _firstOffsets = [];
    private HashSet<int> _truncated = [];
    private HashSet<int> _truncatedMeanwhile = [];

    /// <summary>Adds an output of an input record. For each output partition the first one counts.</summary>
    public void Observe(int outputPartition, VerifiedPartition input, long offset) =>
        _firstOffsets.TryAdd((outputPartition, input), offset);

    /// <summary>Compares the output partitions before and after they were read.</summary>
    public void Complete(IReadOnlyList<PartitionInfo> before, IReadOnlyList<PartitionInfo> after)
    {
        var begins = before.ToDictionary(static p => p.Partition, static p => p.Begin);
        _truncated = [.. after.Where(static p => p.Begin > 0).Select(static p => p.Partition)];
        _truncatedMeanwhile = [.. after.Where(p => p.Begin > begins.GetValueOrDefault(p.Partition)).Select(static p => p.Partition)];
    }

    /// <summary>Gets the first offset of an input partition whose output cannot have been deleted.</summary>
    public long GetFirstVerifiableOffset(VerifiedPartition input) => _truncated.Count == 0
        ? input.From
        : _truncated.Max(output => _truncatedMeanwhile.Contains(output)
            ? long.MaxValue
            : _firstOffsets.GetValueOrDefault((output, input), long.MaxValue));
}
