using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Log;

/// <summary>
/// Makes a consumer of predictions and dead letters idempotent: detects further outcomes of the same input record, in bounded memory (1 KB
/// for each pair of an output and an input partition). It is saved with the consumer's checkpoint and is not thread-safe.
/// </summary>
/// <remarks>
/// A worker appends the outcomes of an input partition in order, one read at a time, and continues only after the read is committed. So
/// within one output partition a new outcome is at most one read (<c>Inference:ReadSize</c>, 128) behind the highest before it, after a
/// failed append that left a part of the read; an outcome further back than the window was appended before. Output partitions may be read
/// at different speeds, so each has a window of its own.
/// </remarks>
[JsonConverter(typeof(OriginDeduplicatorJson))]
public sealed class OriginDeduplicator
{
    /// <summary>The limit of windows (16 MB); outcomes of further partitions count as new.</summary>
    internal const int MaxWindows = 16 * 1024;

    /// <summary>The windows by input partition and output partition.</summary>
    private readonly Dictionary<(string Topic, int Partition), Dictionary<(string Topic, int Partition), OffsetWindow>> _windows = [];
    private int _count;

    /// <summary>
    /// Adds an outcome; returns false if an outcome of the input record was added before, in this or lately in another output partition.
    /// </summary>
    /// <param name="output">The position of the outcome.</param>
    /// <param name="origin">The position of the input record.</param>
    public bool Add(RecordPosition output, RecordPosition origin)
    {
        if (origin.Offset < 0)
            return true; // not written by StreamBert: no record has that offset
        if (GetOrAddWindow((origin.Topic, origin.Partition), (output.Topic, output.Partition), out var outputs) is not { } own)
            return true;
        foreach (var (_, window) in outputs)
        {
            if (window != own && window.Contains(origin.Offset))
                return false; // a dead letter without a key goes to any partition, and a dead letter may be classified the second time
        }

        return own.Add(origin.Offset);
    }

    internal IEnumerable<SavedOffsetWindow> Save() =>
        from input in _windows
        from output in input.Value
        select new SavedOffsetWindow(input.Key.Topic, input.Key.Partition, output.Key.Topic, output.Key.Partition, output.Value.ToBytes());

    /// <summary>Restores saved windows; returns null if one is invalid.</summary>
    internal static OriginDeduplicator? Restore(IEnumerable<SavedOffsetWindow?> saved)
    {
        var restored = new OriginDeduplicator();
        foreach (var item in saved)
        {
            if (item is not { Topic: not null, Output: not null, Offsets: not null }
                || OffsetWindow.FromBytes(item.Offsets) is not { } window)
            {
                return null;
            }

            var output = (item.Output, item.OutputPartition);
            if (restored.GetOrAddWindow((item.Topic, item.Partition), output, out var outputs) is not null)
                outputs[output] = window;
        }

        return restored;
    }

    /// <summary>Returns the window of a pair of partitions; null at the limit.</summary>
    private OffsetWindow? GetOrAddWindow(
        (string, int) input, (string, int) output, out Dictionary<(string Topic, int Partition), OffsetWindow> outputs)
    {
        if (_windows.TryGetValue(input, out outputs!) && outputs.TryGetValue(output, out var window))
            return window;
        if (_count == MaxWindows)
            return null;
        _count++;
        outputs ??= _windows[input] = [];
        return outputs[output] = new();
    }
}
