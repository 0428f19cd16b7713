using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Working;

/// <summary>The memory that a read takes until it is committed, out of the budget that all groups share; disposed, it is free.</summary>
internal sealed class InFlightRoom : IDisposable
{
    /// <summary>A record's bytes, its text as UTF-16, its word pieces, and the prediction or dead letter it becomes.</summary>
    private const int PerByte = 6;
    private const int PerRecord = 2 * 1024;

    private readonly ByteBudget _budget;
    private long _bytes;

    private InFlightRoom(ByteBudget budget, long bytes) => (_budget, _bytes) = (budget, bytes);

    /// <summary>Waits until there is room.</summary>
    public static async Task<InFlightRoom> TakeAsync(ByteBudget budget, ReadBatch batch, CancellationToken cancellation)
    {
        var bytes = batch.Records.Sum(static record => PerByte * (long)record.Bytes + PerRecord);
        await budget.TakeAsync(bytes, cancellation);
        InferenceMetrics.InFlightBytes.Add(bytes);
        return new(budget, bytes);
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, 0);
        if (bytes == 0)
            return;
        InferenceMetrics.InFlightBytes.Add(-bytes);
        _budget.Give(bytes);
    }
}
