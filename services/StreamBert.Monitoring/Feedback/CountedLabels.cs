namespace StreamBert.Monitoring.Feedback;

/// <summary>A label that was counted.</summary>
/// <param name="Key">The hash of text, head and annotator.</param>
/// <param name="Text">The labelled prediction, as it was counted.</param>
/// <param name="At">The end of the window with which it was counted.</param>
internal sealed record CountedLabel(ulong Key, LabelledPrediction Text, DateTimeOffset At)
{
    /// <summary>Whether the label was withdrawn, so that it does not count any more.</summary>
    public bool IsWithdrawn { get; init; }
}

/// <summary>
/// The last label of each annotator on each text and head that was counted, so that one which replaces it is not counted beside it, and
/// one that is withdrawn can be removed. They are limited in number: the oldest is forgotten first.
/// </summary>
internal sealed class CountedLabels
{
    public const int Capacity = 5000;

    private readonly Dictionary<ulong, CountedLabel> _byKey = [];
    private readonly Queue<ulong> _order = [];

    /// <summary>The labels, in the order in which their texts were labelled first.</summary>
    public IReadOnlyList<CountedLabel> Labels
    {
        get => [.. _order.Select(key => _byKey[key])];
        set
        {
            foreach (var label in value)
                Set(label);
        }
    }

    public CountedLabel? Find(ulong key) => _byKey.GetValueOrDefault(key);

    /// <summary>Adds a label, or replaces that with the same key.</summary>
    public void Set(CountedLabel label)
    {
        if (!_byKey.ContainsKey(label.Key))
            _order.Enqueue(label.Key);
        _byKey[label.Key] = label;
        if (_order.Count > Capacity)
            _byKey.Remove(_order.Dequeue());
    }
}
