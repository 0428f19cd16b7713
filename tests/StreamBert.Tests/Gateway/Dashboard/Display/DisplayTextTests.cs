using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Tests.Gateway.Dashboard.Display;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.034, "3.4 %")]
    [InlineData(0.0999, "10 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(1, "100 %")]
    public void A_share_is_formatted_in_percent_with_a_decimal_only_if_it_is_small(double share, string expected) =>
        Assert.Equal(expected, DisplayText.Percent(share));

    [Theory]
    [InlineData(0.71, "share", "71 %")]
    [InlineData(0.148, "distance", "0.148")]
    [InlineData(320, "texts per window", "320 texts per window")]
    public void A_value_is_formatted_in_the_unit_of_its_alert(double value, string unit, string expected) =>
        Assert.Equal(expected, DisplayText.WithUnit(value, unit));

    [Theory]
    [InlineData(0.4, "under 1 s")]
    [InlineData(10, "10 s")]
    [InlineData(60, "1 min")]
    [InlineData(100, "100 s")]
    [InlineData(450, "7.5 min")]
    [InlineData(7200, "2 h")]
    [InlineData(172800, "2 days")]
    public void A_duration_is_formatted_in_its_usual_unit(double seconds, string expected) =>
        Assert.Equal(expected, DisplayText.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(1, "text", "1 text")]
    [InlineData(1_200, "text", "1,200 texts")]
    [InlineData(1, "copy", "1 copy")]
    [InlineData(40, "copy", "40 copies")]
    public void A_count_has_its_noun_in_the_singular_or_the_plural(long count, string noun, string expected) =>
        Assert.Equal(expected, DisplayText.Count(count, noun));

    [Fact]
    public void A_segment_is_named_by_its_label_alone()
    {
        Assert.Equal("Energy | Oil", DisplayText.Segment("topic=Energy | Oil"));
        Assert.Equal("lost or stolen card", DisplayText.Segment("intent=lost_or_stolen_card"));
        Assert.Equal("All segments", DisplayText.Segment(SeriesKey.All));
    }
}
