using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard;

namespace StreamBert.Tests.Dashboard;

public sealed class WordsTests
{
    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.034, "3.4 %")]
    [InlineData(0.0999, "10 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(1, "100 %")]
    public void A_share_is_said_in_percent_with_a_decimal_only_where_it_is_small(double share, string expected) =>
        Assert.Equal(expected, Words.Percent(share));

    [Theory]
    [InlineData(0.0004, "about once in 2,500 windows")]
    [InlineData(0.03, "about once in 33 windows")]
    [InlineData(2e-8, "about once in 50 million windows")]
    [InlineData(1e-12, "less than once in a billion windows")]
    public void A_p_value_is_said_as_how_often_chance_would_do_it(double p, string expected) =>
        Assert.Contains(expected, Words.Evidence(p, "p-value, beta-binomial tail"), StringComparison.Ordinal);

    [Fact]
    public void An_e_value_is_said_as_what_a_bet_has_won() =>
        Assert.Contains("64.0-fold", Words.Evidence(64, "e-value, betting e-process"), StringComparison.Ordinal);

    [Theory]
    [InlineData(0.0004, "p-value, beta-binomial tail", "p = 0.0004 (beta-binomial tail)")]
    [InlineData(1e-12, "p-value, chi-squared", "p < 1e-9 (chi-squared)")]
    [InlineData(64, "e-value", "e = 64.0")]
    public void The_value_itself_stands_with_its_method(double value, string kind, string expected) =>
        Assert.Equal(expected, Words.EvidenceValue(value, kind));

    [Theory]
    [InlineData(0.71, "share", "71 %")]
    [InlineData(0.148, "distance", "0.148")]
    [InlineData(320, "texts per window", "320 texts per window")]
    public void A_value_carries_the_unit_of_its_alert(double value, string unit, string expected) =>
        Assert.Equal(expected, Words.InUnit(value, unit));

    [Theory]
    [InlineData(0.4, "under 1 s")]
    [InlineData(10, "10 s")]
    [InlineData(60, "1 min")]
    [InlineData(100, "100 s")]
    [InlineData(450, "7.5 min")]
    [InlineData(7200, "2 h")]
    [InlineData(172800, "2 days")]
    public void A_duration_is_said_in_the_unit_a_person_would_take(double seconds, string expected) =>
        Assert.Equal(expected, Words.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_segment_is_named_by_its_label_alone()
    {
        Assert.Equal("Energy | Oil", Words.Segment("topic=Energy | Oil"));
        Assert.Equal("lost or stolen card", Words.Segment("intent=lost_or_stolen_card"));
        Assert.Equal("Everything", Words.Segment(SeriesKey.All));
    }
}
