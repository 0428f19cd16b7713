namespace StreamBert.Monitoring.Counts;

/// <summary>The number of texts of a group, and how many of them were given the label of the fairness rule.</summary>
internal sealed class GroupCounts
{
    public long Count { get; set; }
    public long Selected { get; set; }

    public void Add(bool isSelected)
    {
        Count++;
        if (isSelected)
            Selected++;
    }
}
