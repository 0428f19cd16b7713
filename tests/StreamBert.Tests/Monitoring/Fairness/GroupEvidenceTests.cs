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
        Assert.Equal(8 * 0.4 * 0.4, evidence.Higher.Squares, 12);
        Assert.Equal(8 * 0.4 * 0.4, evidence.Lower.Squares, 12);
        Assert.True(evidence.Higher.LogWealth > 0 && evidence.Lower.LogWealth < 0, "one direction gains, the other loses");
        Assert.Equal(0, evidence.Others.Clusters);
    }

    [Fact]
    public void A_tolerated_difference_is_subtracted_in_both_directions_and_bets_stay_within_minus_one_and_one()
    {
        var evidence = new GroupEvidence();
        evidence.Update(Tally(10, 0), Tally(10, 10), tolerated: 0.25);

        // 10·10/20 = 5 pairs.
        Assert.Equal(5 * 1.0, evidence.Higher.Squares, 12); // ((−1 − 0.25)/1.25)²
        Assert.Equal(5 * 0.36, evidence.Lower.Squares, 12); // ((1 − 0.25)/1.25)²
    }

    private static GroupTally Tally(long clusters, double selected) =>
        new() { Count = clusters, Selected = (long)selected, Clusters = clusters, SelectedClusters = selected };
}
