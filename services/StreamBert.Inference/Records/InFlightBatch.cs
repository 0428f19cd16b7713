using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Records;

/// <summary>
/// The records of one read, which are committed together. Disposing it abandons the texts that are not classified yet and frees the
/// memory of the read.
/// </summary>
internal sealed class InFlightBatch(
    ReadBatch source, IReadOnlyList<InFlightRecord> records, CancellationTokenSource abandoned, InFlightMemory? memory) : IDisposable
{
    public ReadBatch Source => source;

    public IReadOnlyList<InFlightRecord> Records => records;

    /// <summary>Creates a batch without records, which commits only the progress of idle partitions.</summary>
    public static InFlightBatch Empty(int generation) => new(new(generation, []), [], new(), null);

    public void Dispose()
    {
        abandoned.Cancel();
        abandoned.Dispose();
        memory?.Dispose();
    }
}
