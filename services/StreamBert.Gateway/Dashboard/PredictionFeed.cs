using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard;

/// <summary>
/// The latest predictions of one pipeline, newest first; while it is held, new ones wait and nothing moves under the reader's pointer.
/// </summary>
internal sealed class PredictionFeed
{
    private const int Capacity = 100;

    /// <summary>Memory of the rows, and again of those that wait; the latest is held in any case.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    private long _shownBytes, _waitingBytes;
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
        (Waiting, _shownBytes, _waitingBytes) = (0, 0, 0);
    }

    public void Add(TextClassified prediction)
    {
        if (Paused || Pointed)
        {
            _waiting.Enqueue(prediction);
            _waitingBytes += SizeOf(prediction);
            while (_waiting.Count > 1 && (_waiting.Count > Capacity || _waitingBytes > MaxBytes))
            {
                _waitingBytes -= SizeOf(
                _waiting.Dequeue());
            }

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
        (Waiting, _waitingBytes) = (0, 0);
    }

    /// <summary>One row an id: what was loaded may come by the live stream again, and a text may be sent twice.</summary>
    private void Show(TextClassified prediction)
    {
        if (_byId.Remove(prediction.Id, out var earlier)) Hide(earlier);
        _byId[prediction.Id] = _shown.AddFirst(prediction);
        _shownBytes += SizeOf(prediction);
        while (_shown.Count > 1 && (_shown.Count > Capacity || _shownBytes > MaxBytes))
        {
            _byId.Remove(_shown.Last!.Value.Id);
            Hide(_shown.Last);
        }
    }

    private void Hide(LinkedListNode<TextClassified> row)
    {
        _shown.Remove(row);
        _shownBytes -= SizeOf(row.Value);
    }

    /// <summary>Memory that a prediction takes, about: what its producer chose has two bytes a character.</summary>
    private static long SizeOf(TextClassified prediction) => 1_024
        + 2L * ((prediction.Text?.Length ?? 0) + (prediction.Subject?.Length ?? 0) + (prediction.Source?.Length ?? 0)
            + (prediction.Notes?.Sum(static note => note.Length) ?? 0))
        + 2L * prediction.Attributes.Sum(static attribute => attribute.Key.Length + attribute.Value.Length)
        + (prediction.Entities?.Sum(static entity => 100 + 2L * (entity.Text?.Length ?? 0)) ?? 0)
        + 100L * (prediction.Explanations?.Sum(static explanation => explanation.Words.Count) ?? 0) + (prediction.Sealed?.Length ?? 0);
}
