namespace StreamBert.Inference.Batching;

/// <summary>
/// Queues texts by their number of tokens, oldest first within a length. Finds the oldest text and the texts of the nearest lengths
/// without sorting.
/// </summary>
internal sealed class LengthBuckets
{
    private readonly SortedList<int, Queue<PendingText>> _byLength = [];

    public int Count { get; private set; }

    public long Tokens { get; private set; }

    public PendingText Oldest => _byLength.Values[OldestIndex()].Peek();

    public void Add(PendingText text)
    {
        if (!_byLength.TryGetValue(text.Length, out var bucket))
            _byLength.Add(text.Length, bucket = new());
        bucket.Enqueue(text);
        Count++;
        Tokens += text.Length;
    }

    public PendingText TakeOldest() => TakeFromBucket(OldestIndex());

    /// <summary>Returns the oldest text of the length that is nearest to <paramref name="length"/>.</summary>
    public PendingText PeekNearest(int length) => _byLength.Values[NearestIndex(length)].Peek();

    public PendingText TakeNearest(int length) => TakeFromBucket(NearestIndex(length));

    private PendingText TakeFromBucket(int index)
    {
        var bucket = _byLength.Values[index];
        var text = bucket.Dequeue();
        if (bucket.Count == 0)
            _byLength.RemoveAt(index);
        Count--;
        Tokens -= text.Length;
        return text;
    }

    private int OldestIndex()
    {
        var oldest = 0;
        for (var i = 1; i < _byLength.Count; i++)
        {
            if (_byLength.Values[i].Peek().Sequence < _byLength.Values[oldest].Peek().Sequence)
                oldest = i;
        }
        return oldest;
    }

    private int NearestIndex(int length)
    {
        var nearest = 0;
        for (var i = 1; i < _byLength.Count; i++)
        {
            if (Math.Abs(_byLength.Keys[i] - length) < Math.Abs(_byLength.Keys[nearest] - length))
                nearest = i;
        }
        return nearest;
    }
}
