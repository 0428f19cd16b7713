using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace StreamBert.Monitoring.Checkpoints;

/// <summary>
/// The parts of a state that are stored apart from it: those that a checkpoint was read with, and those that the next one refers to.
/// </summary>
/// <param name="maxInlineBytes">Smaller parts remain in the state.</param>
internal sealed class StateParts(int maxInlineBytes = 4096)
{
    /// <summary>A part is stored again after so many bytes, so that retention never deletes a part that is still referred to.</summary>
    private const long MaxDistance = 24 * 1024 * 1024;

    private readonly Dictionary<string, byte[]> _loaded = [];
    private List<StatePart> _changed = [];
    private ArrayBufferWriter<byte> _buffer = new();

    /// <summary>
    /// Hash → the number of bytes that had been stored before the part: of the last committed checkpoint, and of the next.
    /// </summary>
    private Dictionary<string, long> _committed = [], _referenced = [];
    private long _bytes;

    /// <summary>The hashes of all parts of the next checkpoint.</summary>
    public IReadOnlyCollection<string> References => _referenced.Keys;

    /// <summary>Begins the next checkpoint.</summary>
    public void Begin()
    {
        _referenced = [];
        _changed = [];
    }

    /// <summary>Ends the next checkpoint, and frees the memory that writing it took.</summary>
    /// <returns>The parts that the last committed checkpoint does not have, or that must be stored again.</returns>
    public IReadOnlyList<StatePart> End()
    {
        var changed = _changed;
        (_changed, _buffer) = ([], new());
        return changed;
    }

    /// <summary>Counts bytes that are stored in the topic besides the parts.</summary>
    public void Skip(int bytes) => _bytes += bytes;

    /// <summary>The parts of the next checkpoint are stored.</summary>
    public void MarkCommitted() => _committed = _referenced;

    /// <summary>Makes a stored part readable.</summary>
    public void Add(string hash, byte[] json) => _loaded[hash] = json;

    /// <summary>Returns the JSON of a part.</summary>
    /// <exception cref="JsonException">The part is missing.</exception>
    public ReadOnlySpan<byte> Load(string hash) =>
        _loaded.TryGetValue(hash, out var json) ? json : throw new JsonException($"The part {hash} is missing or damaged.");

    /// <summary>Writes a value itself if it is small, else its hash.</summary>
    /// <param name="writer">Writes the state.</param>
    /// <param name="value">The value.</param>
    /// <param name="write">Writes the value.</param>
    public void Write<T>(Utf8JsonWriter writer, T value, Action<Utf8JsonWriter, T> write)
    {
        _buffer.ResetWrittenCount();
        using (var part = new Utf8JsonWriter(_buffer))
            write(part, value);
        if (_buffer.WrittenCount <= maxInlineBytes)
        {
            writer.WriteRawValue(_buffer.WrittenSpan, skipInputValidation: true);
            return;
        }
        var hash = PartHash.Of(_buffer.WrittenSpan);
        writer.WriteStringValue(hash);
        Store(hash, _buffer.WrittenSpan);
    }

    private void Store(string hash, ReadOnlySpan<byte> json)
    {
        if (_referenced.ContainsKey(hash))
            return;
        if (_committed.TryGetValue(hash, out var position) && _bytes - position <= MaxDistance)
        {
            _referenced[hash] = position;
            return;
        }
        _referenced[hash] = _bytes;
        _changed.Add(new(hash, Compress(json)));
        _bytes += _changed[^1].Value.Length;
    }

    private static byte[] Compress(ReadOnlySpan<byte> json)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
            zip.Write(json);
        return bytes.ToArray();
    }
}
