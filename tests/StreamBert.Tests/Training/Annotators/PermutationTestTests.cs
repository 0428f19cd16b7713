using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

public sealed class PermutationTestTests
{
    [Fact]
    public void With_zeros_and_ones_it_is_the_exact_test_of_Fisher()
    {
        // The lady tasting tea (Fisher 1935): all of four cups right by chance has the probability 1/70, three or more 17/70.
        Assert.Equal(1 / 70.0, PermutationTest.PValue(Cups(4)), 0.003);
        Assert.Equal(17 / 70.0, PermutationTest.PValue(Cups(3)), 0.01);
    }

    [Fact]
    public void A_difference_between_strata_is_no_difference_between_annotators()
    {
        // All labels of the difficult pipeline have the value 1; the suspect labels that pipeline three times as often.
        var labels = new[] { ("easy", 0.0, 10, 30), ("difficult", 1.0, 30, 10) }.SelectMany(static stratum =>
            Enumerable.Repeat(new PermutationTest.Observation(stratum.Item1, stratum.Item2, true), stratum.Item3)
                .Concat(Enumerable.Repeat(new PermutationTest.Observation(stratum.Item1, stratum.Item2, false), stratum.Item4)));

        Assert.True(PermutationTest.PValue(labels) > 0.9);
    }

    [Fact]
    public void An_annotator_who_shares_no_stratum_with_another_cannot_be_compared() =>
        Assert.Equal(1, PermutationTest.PValue([new("news", 1, true), new("chat", 0, false)]));

    private static IEnumerable<PermutationTest.Observation> Cups(int right) =>
        Enumerable.Range(0, 8).Select(cup => new PermutationTest.Observation("", (cup < 4) == (cup % 4 < right) ? 1 : 0, cup < 4));
}
