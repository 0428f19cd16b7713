using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class GroupEvidenceTests
{
    [Fact]
    public void Texts_that_wait_for_their_pair_are_bounded_and_paired_oldest_first()
    {
        var evidence = new GroupEvidence();
        for (var i = 0; i < 100; i++)
            evidence.Update(isOfGroup: false, isSelected: i == 0, tolerated: 0);
        Assert.Equal(64, evidence.QueueCount);

        evidence.Update(isOfGroup: true, isSelected: true, tolerated: 0);

        Assert.Equal(63, evidence.QueueCount);
        Assert.Equal(0, evidence.Higher.Sum); // the oldest of the others was selected, too
        evidence.Update(isOfGroup: true, isSelected: true, tolerated: 0);
        Assert.True(evidence.Higher.Sum > 0);
    }
}
