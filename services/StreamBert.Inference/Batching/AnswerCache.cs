using StreamBert.Model;

namespace StreamBert.Inference.Batching;

/// <summary>
/// Remembers the answers to the texts used last. Two texts are the same if a version of the model sees the same word pieces: how they
/// were spaced (and, for a model that does not tell, written in upper or lower case) makes no difference, so a remembered answer is
/// exactly the one a pass would give. Only where
/// entities are named, their places count too, so there the pieces must stand at the same ones. A new version finds nothing here, and its
/// answers take the place of the old one's. Thread-safe.
/// </summary>
/// <param name="capacity">Most answers remembered; 0: none.</param>
public sealed class AnswerCache(int capacity)
{
    private static readonly Dictionary<string, float[]> NoLogits = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _byKey = [];
    private readonly LinkedList<Entry> _latestFirst = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _byKey.Count;
        }
    }

    /// <summary>The answer of that version to the same word pieces; null if it is not known.</summary>
    public ClassifiedText? Find(string version, EncodedText text)
    {
        if (capacity == 0)
            return null;
        var found = Touch(new(version, text.Ids), text.Offsets);
        (found is null ? InferenceMetrics.CacheMisses : InferenceMetrics.CacheHits).Add(1);
        return found;
    }

    public void Remember(string version, EncodedText text, ClassifiedText answer)
    {
        if (capacity == 0)
            return;
        var key = new Key(version, text.Ids);
        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out var known))
                Forget(known);
            if (_byKey.Count == capacity)
                Forget(_latestFirst.Last!);
            _byKey.Add(key, _latestFirst.AddFirst(Entry.Of(key, text, answer)));
        }
    }

    private ClassifiedText? Touch(Key key, TokenSpan[] offsets)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var node) || !node.Value.Fits(offsets))
                return null;
            _latestFirst.Remove(node);
            _latestFirst.AddFirst(node);
            return node.Value.Answer;
        }
    }

    private void Forget(LinkedListNode<Entry> node)
    {
        _byKey.Remove(node.Value.Key);
        _latestFirst.Remove(node);
    }

    private sealed record Entry(Key Key, TokenSpan[] Offsets, ClassifiedText Answer)
    {
        /// <summary>Raw outputs are not kept: no prediction carries them.</summary>
        public static Entry Of(Key key, EncodedText text, ClassifiedText answer) =>
            new(key, answer.Entities is null ? [] : text.Offsets, answer with { Logits = NoLogits });

        public bool Fits(TokenSpan[] offsets) => Answer.Entities is null || Offsets.AsSpan().SequenceEqual(offsets);
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
