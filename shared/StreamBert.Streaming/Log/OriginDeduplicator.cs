using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Log;

/// <summary>
/// Makes a consumer of predictions and dead letters idempotent: tells which input records it has met an outcome of, in bounded memory (1 KB
/// for each pair
/// of output and input partition). Saved with the consumer's own checkpoint; not thread-safe.
/// <para>
/// A worker appends the outcomes of an input partition in its order, a read at a time, and goes on only when the read is committed. So
/// within one output
/// partition an outcome comes first at most a read (<c>Inference:ReadSize</c>, 128) behind the highest before it, when a failed append had
/// left a part of
/// the read behind; whatever is further back than the window stood there before. Output partitions may be read far apart, so each has a
/// window of its own.
/// </para>
/// </summary>
[JsonConverter(typeof(OriginDeduplicatorJson))]
public sealed class OriginDeduplicator
{
    /// <summary>16 MB; beyond, outcomes of further partitions count as not seen.</summary>
    internal const int MaxWindows = 16 * 1024;

    /// <summary>By input partition and output partition.</summary>
    private readonly Dictionary<(string Topic, int Partition), Dictionary<(string Topic, int Partition), OffsetWindow>> _windows = [];
    private int _count;

    /// <summary>Notes an outcome.</summary>
    /// <param name="output">Where it stands.</param>
    /// <param name="origin">The input record it is the outcome of.</param>
    /// <returns>False if an outcome of that record was noted before, there or lately in another partition.</returns>
    public bool Add(RecordPosition output, RecordPosition origin)
    {
        if (origin.Offset < 0)
            return true; // of a stranger: no record has that offset
        if (Window((origin.Topic, origin.Partition), (output.Topic, output.Partition), out var outputs) is not { } own)
            return true;
        foreach (var (_, window) in outputs)
        {
            if (window != own && window.Holds(origin.Offset))
                return false; // without a key a dead letter goes anywhere, and what was dead may be classified the second time
        }

        return own.Add(origin.Offset);
    }

    internal IEnumerable<SeenWindow> Save() =>
        from input in _windows
        from output in input.Value
        select new SeenWindow(input.Key.Topic, input.Key.Partition, output.Key.Topic, output.Key.Partition, output.Value.ToBytes());

    /// <returns>Null if one of the windows is none.</returns>
    internal static OriginDeduplicator? From(IEnumerable<SeenWindow?> saved)
    {
        var seen = new OriginDeduplicator();
        foreach (var item in saved)
        {
            if (item is not { Topic: not null, Output: not null, Offsets: not null }
                || OffsetWindow.FromBytes(item.Offsets) is not { } window)
            {
                return null;
            }

            if (seen.Window((item.Topic, item.Partition), (item.Output, item.OutputPartition), out var outputs) is not null)
                outputs[(item.Output, item.OutputPartition)] = window;
        }
        return seen;
    }

    /// <summary>Null if there is none and no room for one.</summary>
    private OffsetWindow? Window(
        (string, int) input,
        (string, int) output,
        out Dictionary<(string Topic, int Partition), OffsetWindow> outputs)
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

/// <summary>The offsets of one input partition that were seen in one output partition.</summary>
internal sealed record SeenWindow(string Topic, int Partition, string Output, int OutputPartition, byte[] Offsets);

/// <summary>Writes <see cref="OriginDeduplicator"/> as an array of their windows, each in base64.</summary>
public sealed class OriginDeduplicatorJson : JsonConverter<OriginDeduplicator>
{
    public override OriginDeduplicator Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, SeenContext.Default.SeenWindowArray) is { } windows && OriginDeduplicator.From(windows) is { } seen
            ? seen : throw new JsonException("The origins seen are not whole.");

    public override void Write(Utf8JsonWriter writer, OriginDeduplicator value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value.Save()], SeenContext.Default.SeenWindowArray);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SeenWindow[]))]
internal sealed partial class SeenContext : JsonSerializerContext;
