using System.Collections;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// The clusters of one window: for each distinct pair of a cluster and the cells its texts are counted in, the number of such texts. The
/// content does not depend on the order of the texts. If there are more pairs than fit, only the clusters whose hash is below a threshold
/// are recorded, each completely (bottom-k sampling by a threshold), and sums over them are scaled.
/// </summary>
internal sealed class WindowClusters
{
    private const int MaxSampling = 40;

    /// <summary>Cluster → index of its last entry.</summary>
    private readonly Dictionary<ulong, int> _last = [];
    private readonly List<Entry> _entries = [];
    private readonly List<int> _cells = [];
    private readonly Dictionary<ClusterCell, int> _cellIds = [];
    private Dictionary<ulong, ulong> _representatives = [];

    /// <summary>Whether the cluster of an entry has a later one.</summary>
    private BitArray _hasNext = new(0);
    private Dictionary<(string Rule, string Group), Dictionary<ulong, (long Texts, long Selected)>>? _groups;

    /// <summary>The texts of a cluster that are counted in the same cells.</summary>
    /// <param name="Key">The cluster.</param>
    /// <param name="Previous">The index of the cluster's previous entry; -1 if there is none.</param>
    /// <param name="Start">The index of the first cell.</param>
    /// <param name="Length">The number of cells.</param>
    /// <param name="Texts">The number of texts.</param>
    public readonly record struct Entry(ClusterKey Key, int Previous, int Start, int Length, long Texts);

    /// <summary>The cells that the entries refer to.</summary>
    public List<ClusterCell> Cells { get; set; } = [];

    /// <summary>The share of the clusters that is recorded is 2 to the power of minus this; 0 records all of them.</summary>
    public int Sampling { get; set; }

    /// <summary>The entries in a compact form.</summary>
    public byte[] Packed
    {
        get => Pack();
        set => Unpack(value);
    }

    /// <summary>Returns the entries in no particular order.</summary>
    public ReadOnlySpan<Entry> Entries() => CollectionsMarshal.AsSpan(_entries);

    /// <summary>Returns the cells of an entry.</summary>
    public ReadOnlySpan<int> CellsOf(Entry entry) => CollectionsMarshal.AsSpan(_cells).Slice(entry.Start, entry.Length);

    /// <summary>Returns the index of a cell, and adds it if it is missing.</summary>
    public int IdOf(ClusterCell cell)
    {
        if (FindId(cell) is { } id)
            return id;
        Cells.Add(cell);
        return _cellIds[cell] = Cells.Count - 1;
    }

    private int? FindId(ClusterCell cell)
    {
        if (_cellIds.Count == 0)
        {
            foreach (var (index, restored) in Cells.Index())
                _cellIds.TryAdd(restored, index);
        }
        return _cellIds.TryGetValue(cell, out var id) ? id : null;
    }

    /// <summary>Records a text.</summary>
    /// <param name="key">Its cluster.</param>
    /// <param name="cells">The cells that it is counted in; they are sorted in place.</param>
    /// <param name="capacity">The number of entries that fit.</param>
    public void Add(ClusterKey key, Span<int> cells, int capacity)
    {
        if (!IsSampled(key.Value))
            return;
        cells.Sort();
        Add(key, cells, texts: 1);
        while (_entries.Count > capacity && Sampling < MaxSampling)
            Thin();
    }

    /// <summary>Removes everything, for the clusters of another window in the same memory.</summary>
    public WindowClusters Reset()
    {
        Clear();
        (Sampling, _representatives, _hasNext, _groups) = (0, [], new(0), null);
        _cellIds.Clear();
        Cells.Clear();
        return this;
    }

    /// <summary>Finds the near-duplicate stories among the clusters.</summary>
    public void GroupStories()
    {
        List<ulong> stories = new(_entries.Count);
        _hasNext = new(_entries.Count);
        foreach (var entry in Entries())
        {
            if (entry.Previous >= 0)
                _hasNext[entry.Previous] = true;
            else if (entry.Key.IsStory)
                stories.Add(entry.Key.Value);
        }
        (_representatives, _groups) = (NearDuplicates.Group([.. stories]), null);
    }

    /// <summary>Returns the cluster that a cluster is part of, after <see cref="GroupStories"/>: near-duplicates are one story.</summary>
    public ulong Representative(ulong cluster) => _representatives.GetValueOrDefault(cluster, cluster);

    /// <summary>Whether an entry is the only one of its cluster, which has no near-duplicate, after <see cref="GroupStories"/>.</summary>
    public bool IsOnlyEntry(int index) => _entries[index].Previous < 0 && !_hasNext[index]
        && (_representatives.Count == 0 || !_representatives.ContainsKey(_entries[index].Key.Value));

    /// <summary>Whether a text was counted in a cell.</summary>
    public bool Contains(ClusterCell cell) => FindId(cell) is not null;

    /// <summary>Returns the clusters of a group of a fairness rule, in no particular order, after <see cref="GroupStories"/>.</summary>
    public IEnumerable<GroupCluster> OfGroup(string rule, string group)
    {
        _groups ??= IndexGroups();
        return _groups.GetValueOrDefault((rule, group))?
            .Select(static cluster => new GroupCluster(cluster.Key, cluster.Value.Texts, cluster.Value.Selected)) ?? [];
    }

    private Dictionary<(string Rule, string Group), Dictionary<ulong, (long Texts, long Selected)>> IndexGroups()
    {
        Dictionary<(string, string), Dictionary<ulong, (long Texts, long Selected)>> groups = [];
        foreach (var entry in Entries())
        {
            foreach (var id in CellsOf(entry))
            {
                if ((uint)id >= (uint)Cells.Count || Cells[id] is not { Rule: { } rule } cell)
                    continue;
                ref var clusters = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, (rule, cell.Segment), out _);
                ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(clusters ??= [], Representative(entry.Key.Value), out _);
                sums = (sums.Texts + entry.Texts, sums.Selected + (cell.IsSelected ? entry.Texts : 0));
            }
        }
        return groups;
    }

    private bool IsSampled(ulong key) => Sampling == 0 || ClusterKey.Mix(key) >> (64 - Sampling) == 0;

    private void Add(ClusterKey key, ReadOnlySpan<int> cells, long texts)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, key.Value, out var exists);
        var previous = exists ? last : -1;
        for (var i = previous; i >= 0; i = _entries[i].Previous)
        {
            if (!CellsOf(_entries[i]).SequenceEqual(cells))
                continue;
            _entries[i] = _entries[i] with { Texts = _entries[i].Texts + texts };
            return;
        }
        last = _entries.Count;
        _entries.Add(new(key, previous, _cells.Count, cells.Length, texts));
        _cells.AddRange(cells);
    }

    /// <summary>Halves the share of the clusters that is recorded.</summary>
    private void Thin()
    {
        Sampling++;
        var (entries, cells) = (_entries.ToArray(), _cells.ToArray());
        Clear();
        foreach (var entry in entries)
        {
            if (IsSampled(entry.Key.Value))
                Add(entry.Key, cells.AsSpan(entry.Start, entry.Length), entry.Texts);
        }
    }

    private void Clear()
    {
        _entries.Clear();
        _cells.Clear();
        _last.Clear();
    }

    private byte[] Pack()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var entry in _entries)
        {
            writer.Write(entry.Key.Value);
            writer.Write(entry.Key.IsStory);
            writer.Write7BitEncodedInt64(entry.Texts);
            writer.Write7BitEncodedInt(entry.Length);
            foreach (var cell in CellsOf(entry))
                writer.Write7BitEncodedInt(cell);
        }
        return bytes.ToArray();
    }

    /// <exception cref="JsonException">The bytes are not entries.</exception>
    private void Unpack(byte[] packed)
    {
        Clear();
        using var reader = new BinaryReader(new MemoryStream(packed));
        try
        {
            while (reader.BaseStream.Position < packed.Length)
            {
                var key = new ClusterKey(reader.ReadUInt64(), reader.ReadBoolean());
                var texts = reader.Read7BitEncodedInt64();
                var cells = new int[Math.Clamp(reader.Read7BitEncodedInt(), 0, packed.Length)];
                for (var i = 0; i < cells.Length; i++)
                    cells[i] = reader.Read7BitEncodedInt();
                Add(key, cells, texts);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new JsonException("The clusters of a window are not readable.", e);
        }
    }
}
