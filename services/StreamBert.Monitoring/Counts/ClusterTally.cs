using System.Runtime.InteropServices;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// Counts the clusters of a window in each of its series: how many there are, and for each label the sum over the clusters of the share of
/// their texts that have it. Only clusters of several texts are visited, unless the window records a sample of its clusters.
/// </summary>
internal sealed class ClusterTally
{
    private readonly WindowCounts _window;
    private readonly WindowClusters _clusters;
    private readonly List<ClusterTarget> _targets = [];
    private readonly int[] _targetOfCell;

    /// <summary>The texts of one cluster by target and label, and by target.</summary>
    private readonly Dictionary<(int Target, string Label), long> _labelTexts = [];
    private readonly Dictionary<int, long> _texts = [];

    private ClusterTally(WindowCounts window)
    {
        (_window, _clusters) = (window, window.Clusters);
        _targetOfCell = new int[_clusters.Cells.Count];
        var volumes = AddTargets(window.Volumes, static volume => new(null, volume));
        Dictionary<string, Dictionary<string, int>> indices = new() { [""] = volumes };
        foreach (var (head, segments) in window.Series)
            indices[head] = AddTargets(segments, static series => new(series, null));
        for (var cell = 0; cell < _targetOfCell.Length; cell++)
            _targetOfCell[cell] = IndexOf(_clusters.Cells[cell], indices);
    }

    /// <summary>Sets the numbers of clusters of a window that has closed, or that late texts have revised.</summary>
    public static void Apply(WindowCounts window)
    {
        window.Clusters.GroupStories();
        var tally = new ClusterTally(window);
        tally.AddClusters();
        tally.Write();
    }

    /// <summary>Adds a target for the counts of each segment, and returns their indices by segment.</summary>
    private Dictionary<string, int> AddTargets<T>(Dictionary<string, T> segments, Func<T, ClusterTarget> create)
    {
        Dictionary<string, int> indices = new(segments.Count);
        foreach (var (segment, counts) in segments)
        {
            indices[segment] = _targets.Count;
            _targets.Add(create(counts));
        }
        return indices;
    }

    /// <summary>Returns the target of a cell: that of the other segments if its own is not tracked; -1 if there is none.</summary>
    private int IndexOf(ClusterCell cell, Dictionary<string, Dictionary<string, int>> indices)
    {
        if (cell.Rule is not null || !indices.TryGetValue(cell.Head, out var segments))
            return -1;
        var isTracked = cell.Segment == SeriesKey.All || _window.Volumes.ContainsKey(cell.Segment);
        return segments.GetValueOrDefault(isTracked ? cell.Segment : WindowCounts.OtherThan(cell.Segment), -1);
    }

    private void AddClusters()
    {
        Dictionary<ulong, List<int>> clusters = [];
        var entries = _clusters.Entries();
        for (var i = 0; i < entries.Length; i++)
        {
            if (_window.CountsTexts && entries[i].Key.IsStory)
            {
                if (_clusters.Sampling > 0 || IsCountedTwice(entries[i]))
                    AddCluster([i], entries[i].Texts);
                continue;
            }
            if (_clusters.Sampling == 0 && !HasSeveralTexts(i))
                continue;
            var cluster = _clusters.Representative(entries[i].Key.Value);
            ref var members = ref CollectionsMarshal.GetValueRefOrAddDefault(clusters, cluster, out _);
            (members ??= []).Add(i);
        }
        foreach (var members in clusters.Values)
            AddCluster(members);
    }

    /// <summary>Whether the cluster of an entry has, or can have, several texts in a series.</summary>
    private bool HasSeveralTexts(int index)
    {
        var entry = _clusters.Entries()[index];
        if (entry.Texts > 1 || !_clusters.IsOnlyEntry(index))
            return true;
        return IsCountedTwice(entry);
    }

    /// <summary>Whether a text is counted twice in a series, as one with two of its segments that are not tracked is.</summary>
    private bool IsCountedTwice(WindowClusters.Entry entry)
    {
        var cells = _clusters.CellsOf(entry);
        for (var i = 1; i < cells.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (TargetOf(cells[i]) == TargetOf(cells[j]))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Returns the index of the series of a cell; -1 if there is none, as after a damaged checkpoint.</summary>
    private int TargetOf(int cell) => (uint)cell < (uint)_targetOfCell.Length ? _targetOfCell[cell] : -1;

    /// <summary>Adds a cluster, or so many clusters of one text each with the same cells.</summary>
    private void AddCluster(List<int> members, long clusters = 1)
    {
        _labelTexts.Clear();
        _texts.Clear();
        foreach (var member in members)
        {
            var entry = _clusters.Entries()[member];
            foreach (var cell in _clusters.CellsOf(entry))
            {
                if (TargetOf(cell) is not (>= 0 and var target))
                    continue;
                var texts = entry.Texts / clusters;
                CollectionsMarshal.GetValueRefOrAddDefault(_labelTexts, (target, _clusters.Cells[cell].Label), out _) += texts;
                CollectionsMarshal.GetValueRefOrAddDefault(_texts, target, out _) += texts;
            }
        }
        foreach (var (target, texts) in _texts)
            _targets[target].AddCluster(texts, clusters);
        foreach (var ((target, label), labelled) in _labelTexts)
            _targets[target].AddLabel(label, labelled, _texts[target], clusters);
    }

    private void Write()
    {
        if (_clusters.Sampling == 0)
        {
            foreach (var target in _targets)
                target.Write();
            return;
        }
        double texts = _targets.Sum(static target => target.Texts), difference = _targets.Sum(static target => target.Difference);
        var clustersPerText = texts > 0 ? (texts + difference) / texts : 1;
        foreach (var target in _targets)
            target.WriteEstimate(clustersPerText);
    }
}
