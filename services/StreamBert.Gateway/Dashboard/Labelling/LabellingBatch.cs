using StreamBert.Gateway.Labelling;

namespace StreamBert.Gateway.Dashboard.Labelling;

/// <summary>The texts of one batch, shown one after the other. What was done can be undone, step by step.</summary>
/// <param name="items">The texts, in the order in which they are shown.</param>
public sealed class LabellingBatch(IReadOnlyList<LabellingItem> items)
{
    /// <summary>The number of texts of a full batch.</summary>
    public const int Size = 20;

    private readonly List<LabellingItem> _items = [.. items];
    private readonly Stack<int> _done = [];
    private readonly Dictionary<string, string> _labels = [];
    private readonly HashSet<string> _skipped = [];
    private int _position;

    /// <summary>The text to label; null at the end.</summary>
    public LabellingItem? Current => _position < _items.Count ? _items[_position] : null;

    /// <summary>The number of texts.</summary>
    public int Count => _items.Count;

    /// <summary>The number of the current text, from 1.</summary>
    public int Number => Math.Min(_position + 1, _items.Count);

    /// <summary>The number of texts with a label of this batch.</summary>
    public int Labelled => _labels.Count;

    /// <summary>The ids of the texts that were skipped.</summary>
    public IReadOnlyCollection<string> Skipped => _skipped;

    /// <summary>Whether there is something to undo.</summary>
    public bool CanUndo => _done.Count > 0;

    /// <summary>The text that <see cref="Undo"/> shows again, and the label that it was given; null if there is none.</summary>
    public (LabellingItem Item, string? Label)? Last =>
        _done.TryPeek(out var last) ? (_items[last], _labels.GetValueOrDefault(_items[last].Id)) : null;

    /// <summary>Records the label of the current text and shows the next.</summary>
    public void Label(string label)
    {
        _labels[Current!.Id] = label;
        Advance();
    }

    /// <summary>Shows the next text.</summary>
    public void Skip()
    {
        _skipped.Add(Current!.Id);
        Advance();
    }

    /// <summary>Removes the current text, which needs no label any more.</summary>
    public void Remove() => _items.RemoveAt(_position);

    /// <summary>Shows the text before again, without a label.</summary>
    public void Undo()
    {
        _position = _done.Pop();
        _skipped.Remove(Current!.Id);
        _labels.Remove(Current.Id);
    }

    private void Advance() => _done.Push(_position++);
}
