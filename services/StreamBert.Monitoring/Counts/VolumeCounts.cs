namespace StreamBert.Monitoring.Counts;

/// <summary>
/// The number of texts of a segment, whatever their heads. Of entities that are not tracked, it is the number of mentions.
/// </summary>
internal sealed class VolumeCounts
{
    private int? _cell;

    public long Count { get; set; }

    /// <summary>The number of clusters; 0 until the window closes.</summary>
    public long Clusters { get; set; }

    /// <summary>Returns the index of the cell that stands for the segment among the clusters of its window.</summary>
    public int CellOf(string segment, WindowClusters clusters) => _cell ??= clusters.IdOf(ClusterCell.OfSegment(segment));
}
