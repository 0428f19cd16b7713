using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>
/// The latest predictions of one pipeline, newest first; copies of one story are one row. While the feed is paused or the pointer is on a
/// row, new predictions are buffered and no row moves.
/// </summary>
internal sealed class PredictionFeed
{
    private const int Capacity = 100;

    /// <summary>The most memory of the rows, and again of the buffer; each keeps its latest prediction even if that is larger.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    private readonly LinkedList<FeedRow> _rows = [];
    private readonly Queue<TextClassified> _buffer = [];
    private long _rowBytes, _bufferBytes;

    public IEnumerable<FeedRow> Rows => _rows;

    /// <summary>Whether near-duplicates are one row; not if the rules of the pipeline count every repetition.</summary>
    public bool GroupsStories { get; set; } = true;

    public bool IsEmpty => _rows.Count == 0 && _buffer.Count == 0;

    /// <summary>Whether the reader paused the feed.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Predictions received since the feed stopped moving, including those that the buffer no longer holds.</summary>
    public long BufferedCount { get; private set; }

    private bool IsHovered { get; set; }

    private bool IsHeld => IsPaused || IsHovered;

    public void Clear()
    {
        _rows.Clear();
        _buffer.Clear();
        (BufferedCount, _rowBytes, _bufferBytes) = (0, 0, 0);
    }

    public void Add(TextClassified prediction)
    {
        if (IsHeld)
            Buffer(prediction);
        else
            Show(prediction);
    }

    public void SetPaused(bool paused)
    {
        IsPaused = paused;
        Flush();
    }

    /// <summary>Records whether the pointer or the focus is on a row.</summary>
    public void SetHovered(bool hovered)
    {
        IsHovered = hovered;
        Flush();
    }

    private void Buffer(TextClassified prediction)
    {
        _buffer.Enqueue(prediction);
        _bufferBytes += SizeOf(prediction);
        while (_buffer.Count > 1 && (_buffer.Count > Capacity || _bufferBytes > MaxBytes))
            _bufferBytes -= SizeOf(_buffer.Dequeue());
        BufferedCount++;
    }

    private void Flush()
    {
        if (IsHeld)
            return;
        while (_buffer.TryDequeue(out var prediction))
            Show(prediction);
        (BufferedCount, _bufferBytes) = (0, 0);
    }

    /// <summary>Shows one row per story and id: the live stream repeats what was loaded, and a text may be sent twice.</summary>
    private void Show(TextClassified prediction)
    {
        var row = _rows.FirstOrDefault(row => row.Contains(prediction.Id))
            ?? _rows.FirstOrDefault(row => GroupsStories && row.IsStoryOf(prediction));
        if (row is null)
        {
            row = new(prediction);
        }
        else
        {
            Remove(row);
            row.Add(prediction);
        }
        _rows.AddFirst(row);
        _rowBytes += SizeOf(row);
        while (_rows.Count > 1 && (_rows.Count > Capacity || _rowBytes > MaxBytes))
            Remove(_rows.Last!.Value);
    }

    private void Remove(FeedRow row)
    {
        _rows.Remove(row);
        _rowBytes -= SizeOf(row);
    }

    private static long SizeOf(FeedRow row) => SizeOf(row.Latest) + 2 * row.IdLength;

    /// <summary>Estimates the memory of a prediction; text that the producer chose takes two bytes per character.</summary>
    private static long SizeOf(TextClassified prediction) => 1_024
        + 2L * ((prediction.Text?.Length ?? 0) + (prediction.Subject?.Length ?? 0) + (prediction.Source?.Length ?? 0))
        + 2L * (prediction.Notes?.Sum(static note => note.Length) ?? 0)
        + 2L * prediction.Attributes.Sum(static attribute => attribute.Key.Length + attribute.Value.Length)
        + (prediction.Entities?.Sum(static entity => 100 + 2L * (entity.Text?.Length ?? 0)) ?? 0)
        + 100L * (prediction.Explanations?.Sum(static explanation => explanation.Words.Count) ?? 0)
        + (prediction.Sealed?.Length ?? 0);
}
