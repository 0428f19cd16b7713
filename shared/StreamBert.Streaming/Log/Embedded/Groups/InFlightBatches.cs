using System.Collections.Concurrent;

namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>The batches of one reader that were read and not yet committed, oldest first.</summary>
internal sealed class InFlightBatches
{
    private readonly ConcurrentQueue<ReadBatch> _batches = [];

    public void Add(ReadBatch batch) => _batches.Enqueue(batch);

    public void Clear() => _batches.Clear();

    /// <summary>Whether the batch is the oldest one in flight, or the oldest ones joined.</summary>
    public bool BeginsWith(ReadBatch batch) => Count(batch) > 0;

    /// <summary>Forgets what the batch is made of: it is being committed.</summary>
    public void Remove(ReadBatch batch)
    {
        for (var count = Count(batch); count > 0; count--)
            _batches.TryDequeue(out _);
    }

    /// <summary>How many of the oldest batches make up this one; 0 if none do.</summary>
    private int Count(ReadBatch batch)
    {
        var (batches, records) = (0, 0);
        foreach (var read in _batches)
        {
            (batches, records) = (batches + 1, records + read.Records.Count);
            if (records >= batch.Records.Count)
                return records == batch.Records.Count && read.Records[^1].Position == batch.Records[^1].Position ? batches : 0;
        }
        return 0;
    }
}
