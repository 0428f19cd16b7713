using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Records;

/// <summary>
/// The memory that a read occupies until its commit, taken from the budget that all consumer groups share. Disposing it returns the
/// memory.
/// </summary>
internal sealed class InFlightMemory : IDisposable
{
    /// <summary>Estimates the bytes of a record, its text as UTF-16, its tokens, and its prediction or dead letter.</summary>
    private const int BytesPerRecordByte = 6;
    private const int BytesPerRecord = 2 * 1024;

    private readonly ByteBudget _budget;
    private long _bytes;

    private InFlightMemory(ByteBudget budget, long bytes) => (_budget, _bytes) = (budget, bytes);

    /// <summary>Takes the memory of a read, as soon as the budget has it.</summary>
    public static async Task<InFlightMemory> TakeAsync(ByteBudget budget, ReadBatch batch, CancellationToken cancellation)
    {
        var bytes = batch.Records.Sum(static record => BytesPerRecordByte * (long)record.Bytes + BytesPerRecord);
        await budget.AcquireAsync(bytes, cancellation);
        InferenceMetrics.InFlightBytes.Add(bytes);
        return new(budget, bytes);
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, 0);
        if (bytes == 0)
            return;
        InferenceMetrics.InFlightBytes.Add(-bytes);
        _budget.Release(bytes);
    }
}
