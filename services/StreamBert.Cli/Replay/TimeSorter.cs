using System.Security.Cryptography;
using StreamBert.Cli.Files;
using StreamBert.Contracts;

namespace StreamBert.Cli.Replay;

/// <summary>
/// Sorts rows by time in bounded memory: what does not fit goes into sorted temporary files, which are merged (external merge sort). Rows
/// of the same time keep
/// their order. The rows are as they came, not redacted yet: the files are encrypted with a key that is nowhere but in memory, so that what
/// a kill leaves behind tells nothing.
/// </summary>
internal sealed class TimeSorter(string directory, int memoryBytes = TimeSorter.DefaultMemoryBytes) : IDisposable
{
    public const int DefaultMemoryBytes = 64 * 1024 * 1024;

    /// <summary>More are merged into one, so that no more files are open at a time.</summary>
    private const int MaxFiles = 128;

    /// <summary>What an entry takes besides its bytes.</summary>
    private const int EntryBytes = 64;

    private readonly Aes _aes = Aes.Create();
    private readonly List<string> _files = [];
    private List<Entry> _entries = [];
    private long _bytes;
    private int _named;

    /// <summary>Rows added.</summary>
    public long Count { get; private set; }

    public void Add(Row row, DateTimeOffset time)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            RowCodec.Write(writer, row);
        var entry = new Entry(time.UtcTicks, row.Number, bytes.ToArray());
        _entries.Add(entry);
        Count++;
        _bytes += entry.Bytes.Length + EntryBytes;
        if (_bytes > memoryBytes)
            Spill();
    }

    /// <summary>The rows in the order of their times; called once.</summary>
    public IEnumerable<Row> Sorted()
    {
        if (_files.Count > 0 && _entries.Count > 0)
            Spill();
        foreach (var entry in _files.Count == 0 ? InMemory() : Merged(_files))
            yield return entry.ToRow();
    }

    public void Dispose()
    {
        Clear();
        _aes.Dispose();
    }

    private void Clear()
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    private IEnumerable<Entry> InMemory()
    {
        _entries.Sort();
        return _entries;
    }

    private void Spill()
    {
        if (_files.Count == 0)
            Prepare();
        var file = WriteFile(InMemory());
        (_entries, _bytes) = ([], 0);
        _files.Add(file);
        if (_files.Count < MaxFiles)
            return;
        var merged = WriteFile(Merged(_files));
        _files.ForEach(File.Delete);
        _files.Clear();
        _files.Add(merged);
    }

    /// <summary>An earlier process that was killed may have left its files.</summary>
    private void Prepare()
    {
        Clear();
        Directory.CreateDirectory(directory);
    }

    private string WriteFile(IEnumerable<Entry> entries)
    {
        var path = Path.Combine(directory, $"{_named++}");
        using var writer = new BinaryWriter(new CryptoStream(File.Create(path), _aes.CreateEncryptor(), CryptoStreamMode.Write));
        foreach (var entry in entries)
        {
            writer.Write(true);
            entry.Write(writer);
        }
        writer.Write(false);
        return path;
    }

    private IEnumerable<Entry> Merged(IReadOnlyList<string> files)
    {
        var readers = files.Select(file => new BinaryReader(
            new BufferedStream(new CryptoStream(RegularFile.Open(file), _aes.CreateDecryptor(), CryptoStreamMode.Read), 1 << 16))).ToList();
        try
        {
            var next = new PriorityQueue<BinaryReader, Entry>(readers.Count);
            foreach (var reader in readers)
            {
                if (Entry.Read(reader) is { } first)
                    next.Enqueue(reader, first);
            }

            while (next.TryDequeue(out var reader, out var entry))
            {
                yield return entry;
                if (Entry.Read(reader) is { } following)
                    next.Enqueue(reader, following);
            }
        }
        finally
        {
            readers.ForEach(static reader => reader.Dispose());
        }
    }

    private readonly record struct Entry(long Ticks, long Number, byte[] Bytes) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Number.CompareTo(other.Number);

        public Row ToRow()
        {
            using var reader = new BinaryReader(new MemoryStream(Bytes));
            return RowCodec.Read(reader);
        }

        public void Write(BinaryWriter to)
        {
            to.Write(Ticks);
            to.Write(Number);
            to.Write(Bytes.Length);
            to.Write(Bytes);
        }

        /// <returns>Null at the end of the file.</returns>
        public static Entry? Read(BinaryReader from)
        {
            if (!from.ReadBoolean())
                return null;
            var (ticks, number) = (from.ReadInt64(), from.ReadInt64());
            return new(ticks, number, from.ReadBytes(from.ReadInt32()));
        }
    }
}
