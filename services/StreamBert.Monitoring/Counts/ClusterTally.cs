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
        Dictionary<(string Head, string Segment), int> indices = [];
        foreach (var (head, segments) in window.Series)
        {
            foreach (var (segment, series) in segments)
                AddTarget(indices, head, segment, new(series, null));
        }
        foreach (var (segment, volume) in window.Volumes)
            AddTarget(indices, "", segment, new(null, volume));
        for (var cell = 0; cell < _targetOfCell.Length; cell++)
            _targetOfCell[cell] = _clusters.Cells[cell].Rule is null ? indices.GetValueOrDefault(Resolve(_clusters.Cells[cell]), -1) : -1;
    }

    /// <summary>Sets the numbers of clusters of a window that has closed, or that late texts have revised.</summary>
    public static void Apply(WindowCounts window)
    {
        window.Clusters.GroupStories();
        var tally = new ClusterTally(window);
        tally.AddClusters();
        tally.Write();
    }

    private void AddTarget(Dictionary<(string Head, string Segment), int> indices, string head, string segment, ClusterTarget target)
    {
        indices[(head, segment)] = _targets.Count;
        _targets.Add(target);
    }

    /// <summary>Returns the series of a cell: that of the other segments if its own is not tracked.</summary>
    private (string Head, string Segment) Resolve(ClusterCell cell) =>
        cell.Segment == SeriesKey.All || _window.Volumes.ContainsKey(cell.Segment)
            ? (cell.Head, cell.Segment) : (cell.Head, WindowCounts.OtherThan(cell.Segment));

    private void AddClusters()
    {
        Dictionary<ulong, List<int>> clusters = [];
        var entries = _clusters.Entries();
        for (var i = 0; i < entries.Length; i++)
        {
            if (_clusters.Sampling == 0 && !HasSeveralTexts(entries[i]))
                continue;
            var cluster = _clusters.Representative(entries[i].Key.Value);
            ref var members = ref CollectionsMarshal.GetValueRefOrAddDefault(clusters, cluster, out _);
            (members ??= []).Add(i);
        }
        foreach (var members in clusters.Values)
            AddCluster(members);
    }

    /// <summary>Whether the cluster of an entry has, or can have, several texts in a series.</summary>
    private bool HasSeveralTexts(WindowClusters.Entry entry)
    {
        if (entry.Texts > 1 || !_clusters.IsOnlyEntry(entry.Key.Value))
            return true;
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

    private void AddCluster(List<int> members)
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
                CollectionsMarshal.GetValueRefOrAddDefault(_labelTexts, (target, _clusters.Cells[cell].Label), out _) += entry.Texts;
                CollectionsMarshal.GetValueRefOrAddDefault(_texts, target, out _) += entry.Texts;
            }
        }
        foreach (var (target, texts) in _texts)
            _targets[target].AddCluster(texts);
        foreach (var ((target, label), labelled) in _labelTexts)
            _targets[target].AddLabel(label, labelled, _texts[target]);
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
