using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Compares one group with all others: two betting processes bet on the difference of the mean of the group's clusters and that of the
/// others' clusters, one in each direction. Clusters of windows in which only one side has any wait for the next window: whether they wait
/// depends on their number, not on their labels.
/// </summary>
internal sealed class GroupEvidence
{
    /// <summary>Bets on the rate of the group being higher than that of the others by more than is tolerated.</summary>
    public BettingProcess Higher { get; set; } = new();

    /// <summary>Bets on the rate of the group being lower than that of the others by more than is tolerated.</summary>
    public BettingProcess Lower { get; set; } = new();

    /// <summary>The clusters of the group on which no bet was made yet.</summary>
    public GroupTally Own { get; set; } = new();

    /// <summary>The clusters of the others on which no bet was made yet.</summary>
    public GroupTally Others { get; set; } = new();

    [JsonIgnore]
    public double LogWealth => Math.Max(Higher.LogWealth, Lower.LogWealth);

    /// <summary>Adds the clusters of a window, and bets on them if both sides have some.</summary>
    /// <param name="own">The clusters of the group.</param>
    /// <param name="others">The clusters of all other groups.</param>
    /// <param name="tolerated">The difference of rates that is tolerated.</param>
    public void Update(GroupTally own, GroupTally others, double tolerated)
    {
        Own.Add(own);
        Others.Add(others);
        if (Own.Clusters == 0 || Others.Clusters == 0)
            return;
        var difference = Own.SelectedClusters / Own.Clusters - Others.SelectedClusters / Others.Clusters;
        var pairs = (double)Own.Clusters * Others.Clusters / (Own.Clusters + Others.Clusters);
        Higher.Update((difference - tolerated) / (1 + tolerated), pairs);
        Lower.Update((-difference - tolerated) / (1 + tolerated), pairs);
        (Own, Others) = (new(), new());
    }

    /// <summary>Discards the accumulated evidence.</summary>
    public void Reset()
    {
        Higher.Reset();
        Lower.Reset();
    }
}
