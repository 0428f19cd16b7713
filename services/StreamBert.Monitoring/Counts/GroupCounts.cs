namespace StreamBert.Monitoring.Counts;

/// <summary>The number of texts of a group, how many of them were given the label of the fairness rule, and their confidences.</summary>
internal sealed class GroupCounts
{
    private int? _selectedCell, _otherCell;

    public long Count { get; set; }
    public long Selected { get; set; }

    /// <summary>The sum of the confidences in the head of the rule, in billionths.</summary>
    public long ConfidenceSum { get; set; }

    /// <summary>The sum of the squared confidences, in billionths.</summary>
    public long ConfidenceSquares { get; set; }

    public void Add(bool isSelected, double confidence)
    {
        Count++;
        if (isSelected)
            Selected++;
        ConfidenceSum += (long)Math.Round(confidence * SeriesCounts.ConfidenceUnits);
        ConfidenceSquares += (long)Math.Round(confidence * confidence * SeriesCounts.ConfidenceUnits);
    }

    /// <summary>Returns the index of the cell that stands for the group among the clusters of its window.</summary>
    public int CellOf(string rule, string group, bool isSelected, WindowClusters clusters) => isSelected
        ? _selectedCell ??= clusters.IdOf(ClusterCell.OfGroup(rule, group, isSelected))
        : _otherCell ??= clusters.IdOf(ClusterCell.OfGroup(rule, group, isSelected));
}
