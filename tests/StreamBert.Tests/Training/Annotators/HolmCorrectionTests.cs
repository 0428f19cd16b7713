using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

public sealed class HolmCorrectionTests
{
    [Fact]
    public void P_values_are_multiplied_by_the_number_of_the_tests_that_are_left() =>
        // Step by step: 4 · 0.005, 3 · 0.01, 2 · 0.03, then at least the value before, as R's p.adjust(method = "holm") has it.
        Assert.Equal(
            [0.03, 0.06, 0.06, 0.02], HolmCorrection.Adjust([0.01, 0.04, 0.03, 0.005]).Select(static p => Math.Round(p, 12)));

    [Fact]
    public void No_adjusted_p_value_exceeds_1() => Assert.Equal([1, 1], HolmCorrection.Adjust([0.7, 0.9]));
}
