using System.Collections.Concurrent;

namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>The batches of one reader that were read and not yet committed, oldest first.</summary>
internal sealed class EmbeddedBatches
{
    private readonly ConcurrentQueue<ReadBatch> _batches = [];

    public void Add(ReadBatch batch) => _batches.Enqueue(batch);

    public void Clear() => _batches.Clear();

    /// <summary>Tells whether a batch is the oldest one in flight, or consists of the oldest ones.</summary>
    public bool BeginsWith(ReadBatch batch) => Count(batch) > 0;

    /// <summary>Removes the batches that a committed batch consists of.</summary>
    public void Remove(ReadBatch batch)
    {
        for (var count = Count(batch); count > 0; count--)
            _batches.TryDequeue(out _);
    }

    /// <summary>Counts how many of the oldest batches a batch consists of; 0 if it consists of others.</summary>
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
