namespace StreamBert.Inference.Batching;

/// <summary>
/// Waiting texts by length, oldest first within each: finds the oldest, and those of the nearest lengths, without sorting.
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

    public PendingText TakeOldest() => TakeAt(OldestIndex());

    /// <summary>The oldest text of the length nearest to the given one.</summary>
    public PendingText PeekNearest(int length) => _byLength.Values[NearestIndex(length)].Peek();

    public PendingText TakeNearest(int length) => TakeAt(NearestIndex(length));

    private PendingText TakeAt(int index)
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
