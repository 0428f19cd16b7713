using StreamBert.Inference.Progress;
using StreamBert.Inference.Records;

namespace StreamBert.Inference.Consuming;

/// <summary>A read between its admission and its commit.</summary>
/// <param name="Ends">The end offsets of the input partitions after the read; null where no progress is reported.</param>
internal sealed record UncommittedRead(InFlightBatch Batch, Task<PartitionEnds?>? Ends) : IDisposable
{
    public void Dispose() => Batch.Dispose();
}
