using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class LabelSharesTests
{
    [Fact]
    public void The_largest_shift_is_that_of_the_shares_and_not_of_the_counts() =>
        Assert.Equal(("negative", 0.25, 0.5), LabelShares.FindLargestShift(
            Counts(("negative", 1), ("neutral", 2), ("positive", 1)), Counts(("negative", 20), ("neutral", 14), ("positive", 6))));

    [Fact]
    public void A_label_that_only_one_version_gives_shifts_by_its_whole_share() =>
        Assert.Equal(("positive", 0.0, 1.0), LabelShares.FindLargestShift(
            Counts(("negative", 1), ("neutral", 1)), Counts(("positive", 3))));

    [Fact]
    public void There_is_no_shift_without_texts_or_without_a_difference()
    {
        Assert.Null(LabelShares.FindLargestShift(Counts(), Counts(("neutral", 3))));
        Assert.Null(LabelShares.FindLargestShift(Counts(("neutral", 1)), Counts(("neutral", 3))));
    }

    private static Dictionary<string, long> Counts(params (string Label, long Count)[] counts) =>
        counts.ToDictionary(static count => count.Label, static count => count.Count);
}
