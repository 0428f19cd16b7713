using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class GroupEvidenceTests
{
    [Fact]
    public void Clusters_of_one_side_alone_wait_for_the_next_window()
    {
        var evidence = new GroupEvidence();
        evidence.Update(Tally(0, 0), Tally(30, 3), tolerated: 0);
        Assert.Equal(0, evidence.Higher.Bets);
        Assert.Equal(30, evidence.Others.Clusters);

        evidence.Update(Tally(10, 5), Tally(10, 1), tolerated: 0);

        // One bet on 5/10 − 4/40, with 10·40/50 = 8 pairs.
        Assert.Equal(1, evidence.Higher.Bets);
        Assert.Equal(8, evidence.Higher.Weight, 12);
        Assert.Equal(8 * 0.4, evidence.Higher.Sum, 12);
        Assert.Equal(-8 * 0.4, evidence.Lower.Sum, 12);
        Assert.Equal(0, evidence.Others.Clusters);
    }

    [Fact]
    public void A_tolerated_difference_is_subtracted_in_both_directions_and_bets_stay_within_minus_one_and_one()
    {
        var evidence = new GroupEvidence();
        evidence.Update(Tally(10, 0), Tally(10, 10), tolerated: 0.25);

        Assert.Equal(-1, evidence.Higher.Sum / evidence.Higher.Weight, 12); // (−1 − 0.25)/1.25
        Assert.Equal(0.6, evidence.Lower.Sum / evidence.Lower.Weight, 12); // (1 − 0.25)/1.25
    }

    private static GroupTally Tally(long clusters, double selected) =>
        new() { Count = clusters, Selected = (long)selected, Clusters = clusters, SelectedClusters = selected };
}
