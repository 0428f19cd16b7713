using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Tests.Gateway.Dashboard.Display;

public sealed class EvidenceTextTests
{
    [Theory]
    [InlineData(0.0004, "about once in 2,500 windows")]
    [InlineData(0.03, "about once in 33 windows")]
    [InlineData(2e-8, "about once in 50 million windows")]
    [InlineData(1e-12, "less than once in a billion windows")]
    public void A_p_value_is_explained_by_how_often_chance_causes_it(double p, string expected) =>
        Assert.Contains(expected, EvidenceText.Explain(p, "p-value, beta-binomial tail"), StringComparison.Ordinal);

    [Fact]
    public void An_e_value_is_explained_by_the_probability_of_reaching_it_by_chance() =>
        Assert.EndsWith(
            "would ever reach 64.0 with a probability of at most 1 in 64.",
            EvidenceText.Explain(64, "e-value, betting e-process"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(0.0004, "p-value, beta-binomial tail", "p = 0.0004 (beta-binomial tail)")]
    [InlineData(1e-12, "p-value, chi-squared", "p < 1e-9 (chi-squared)")]
    [InlineData(64, "e-value", "e = 64.0")]
    public void A_value_is_formatted_with_its_symbol_and_test(double value, string kind, string expected) =>
        Assert.Equal(expected, EvidenceText.Format(value, kind));
}
