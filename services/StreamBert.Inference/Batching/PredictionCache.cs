using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Inference.Batching;

/// <summary>
/// Caches the predictions of the most recently used texts. The key is the model version and the token ids, so a cached prediction is
/// exactly the one that a forward pass returns: white space (and, for an uncased model, upper and lower case) makes no difference. A
/// prediction with entities also needs equal token offsets. A new version finds nothing here, and its predictions replace those of the
/// old version. Thread-safe.
/// </summary>
/// <param name="capacity">The number of predictions kept; 0 switches the cache off.</param>
internal sealed class PredictionCache(int capacity)
{
    private static readonly Dictionary<string, float[]> NoLogits = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, LinkedListNode<CachedPrediction>> _byKey = [];
    private readonly LinkedList<CachedPrediction> _mostRecentFirst = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _byKey.Count;
        }
    }

    /// <summary>Returns the prediction of a version for the same tokens; null if it is not cached.</summary>
    public ClassifiedText? Find(string version, EncodedText text)
    {
        if (capacity == 0)
            return null;
        var found = FindAndTouch(new(version, text.Ids), text.Offsets);
        (found is null ? InferenceMetrics.CacheMisses : InferenceMetrics.CacheHits).Add(1);
        return found;
    }

    public void Add(string version, EncodedText text, ClassifiedText prediction)
    {
        if (capacity == 0)
            return;
        var key = new Key(version, text.Ids);
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var known))
                Evict(known);
            if (_byKey.Count == capacity)
                Evict(_mostRecentFirst.Last!);
            _byKey.Add(key, _mostRecentFirst.AddFirst(CachedPrediction.Create(key, text, prediction)));
        }
    }

    private ClassifiedText? FindAndTouch(Key key, TokenSpan[] offsets)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var node) || !node.Value.Matches(offsets))
                return null;
            _mostRecentFirst.Remove(node);
            _mostRecentFirst.AddFirst(node);
            return node.Value.Prediction;
        }
    }

    private void Evict(LinkedListNode<CachedPrediction> node)
    {
        _byKey.Remove(node.Value.Key);
        _mostRecentFirst.Remove(node);
    }

    private sealed record CachedPrediction(Key Key, TokenSpan[] Offsets, ClassifiedText Prediction)
    {
        /// <summary>Creates an entry without logits, which no prediction record contains.</summary>
        public static CachedPrediction Create(Key key, EncodedText text, ClassifiedText prediction) =>
            new(key, prediction.Entities is null ? [] : text.Offsets, prediction with { Logits = NoLogits });

        public bool Matches(TokenSpan[] offsets) => Prediction.Entities is null || Offsets.AsSpan().SequenceEqual(offsets);
    }

    private readonly struct Key(string version, int[] ids) : IEquatable<Key>
    {
        private readonly string _version = version;
        private readonly int[] _ids = ids;

        public bool Equals(Key other) => _version == other._version && _ids.AsSpan().SequenceEqual(other._ids);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_version);
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(_ids));
            return hash.ToHashCode();
        }
    }
}
