using System.Threading.Channels;

namespace StreamBert.Inference.Consuming;

/// <summary>The reads of one session in their order, from the read loop to the commit loop.</summary>
internal sealed class ReadQueue(int capacity)
{
    private readonly Channel<UncommittedRead> _reads = Channel.CreateBounded<UncommittedRead>(capacity);
    private int _uncommitted;

    /// <summary>Whether a read is queued or being committed.</summary>
    public bool HasUncommitted => Volatile.Read(ref _uncommitted) > 0;

    /// <summary>Waits until the next read can be added; false if the queue is complete.</summary>
    public ValueTask<bool> WaitForCapacityAsync(CancellationToken cancellation) => _reads.Writer.WaitToWriteAsync(cancellation);

    /// <summary>Adds a read. Its one caller has waited for capacity, so it always succeeds.</summary>
    public void Add(UncommittedRead read)
    {
        Interlocked.Increment(ref _uncommitted);
        _reads.Writer.TryWrite(read);
        InferenceMetrics.InFlightRecords.Add(read.Batch.Records.Count);
    }

    public void Complete() => _reads.Writer.Complete();

    public IAsyncEnumerable<UncommittedRead> ReadAllAsync(CancellationToken cancellation) => _reads.Reader.ReadAllAsync(cancellation);

    /// <summary>Records that a read has been committed or abandoned.</summary>
    public void OnCompleted() => Interlocked.Decrement(ref _uncommitted);

    /// <summary>Disposes the queued reads and returns the number of their records.</summary>
    public int Discard()
    {
        var count = 0;
        while (_reads.Reader.TryRead(out var read))
        {
            using (read)
                count += read.Batch.Records.Count;
        }
        InferenceMetrics.InFlightRecords.Add(-count);
        return count;
    }
}
