namespace StreamBert.Monitoring.Fairness;

/// <summary>The texts and the clusters of a group in some windows.</summary>
internal sealed class GroupTally
{
    /// <summary>The number of texts.</summary>
    public long Count { get; set; }

    /// <summary>The number of texts with the label.</summary>
    public long Selected { get; set; }

    /// <summary>The number of clusters that began in these windows; a conversation counts once, in its first window.</summary>
    public long Clusters { get; set; }

    /// <summary>The sum over these clusters of the share of their texts with the label.</summary>
    public double SelectedClusters { get; set; }

    /// <summary>Adds the texts and clusters of another tally.</summary>
    public void Add(GroupTally other)
    {
        Count += other.Count;
        Selected += other.Selected;
        Clusters += other.Clusters;
        SelectedClusters += other.SelectedClusters;
    }

    /// <summary>Returns this tally without a part of it.</summary>
    public GroupTally Except(GroupTally part) => new()
    {
        Count = Count - part.Count,
        Selected = Selected - part.Selected,
        Clusters = Clusters - part.Clusters,
        SelectedClusters = Math.Max(0, SelectedClusters - part.SelectedClusters),
    };

    /// <summary>Adds one cluster.</summary>
    public void AddCluster(double selectedShare)
    {
        Clusters++;
        SelectedClusters += selectedShare;
    }
}
