using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard;

/// <summary>The latest predictions of one pipeline, newest first; while it is held, new ones wait and nothing moves under the reader's pointer.</summary>
internal sealed class PredictionFeed
{
    private const int Capacity = 100;
    private readonly LinkedList<TextClassified> _shown = [];
    private readonly Dictionary<string, LinkedListNode<TextClassified>> _byId = [];
    private readonly Queue<TextClassified> _waiting = [];

    public IEnumerable<TextClassified> Rows => _shown;
    public bool IsEmpty => _shown.Count == 0 && _waiting.Count == 0;

    /// <summary>Set by the button.</summary>
    public bool Paused { get; private set; }

    /// <summary>Set while the pointer or the focus is on a row.</summary>
    public bool Pointed { get; private set; }

    /// <summary>Predictions that have come since it is held.</summary>
    public long Waiting { get; private set; }

    public void Clear()
    {
        _shown.Clear();
        _byId.Clear();
        _waiting.Clear();
        Waiting = 0;
    }

    public void Add(TextClassified prediction)
    {
        if (Paused || Pointed)
        {
            _waiting.Enqueue(prediction);
            if (_waiting.Count > Capacity) _waiting.Dequeue();
            Waiting++;
            return;
        }

        Show(prediction);
    }

    public void Pause(bool paused)
    {
        Paused = paused;
        Release();
    }

    public void Point(bool pointed)
    {
        Pointed = pointed;
        Release();
    }

    private void Release()
    {
        if (Paused || Pointed) return;
        while (_waiting.TryDequeue(out var prediction)) Show(prediction);
        Waiting = 0;
    }

    /// <summary>One row an id: what was loaded may come by the live stream again, and a text may be sent twice.</summary>
    private void Show(TextClassified prediction)
    {
        if (_byId.Remove(prediction.Id, out var earlier)) _shown.Remove(earlier);
        _byId[prediction.Id] = _shown.AddFirst(prediction);
        if (_shown.Count <= Capacity) return;
        _byId.Remove(_shown.Last!.Value.Id);
        _shown.RemoveLast();
    }
}
