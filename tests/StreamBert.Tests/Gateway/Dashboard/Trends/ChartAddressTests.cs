using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Trends;

namespace StreamBert.Tests.Gateway.Dashboard.Trends;

public sealed class ChartAddressTests
{
    private const string Base = "http://localhost:8080/";

    private static readonly DateTimeOffset Monday = new(1987, 10, 19, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_address_shows_again_what_it_was_made_of()
    {
        ChartAddress[] shown =
        [
            new("a b/c", new("event", "anomaly", LabelMeasure.Count), "topic=Energy & Oil", ChartRange.Between(Monday, Monday.AddHours(1))),
            new("news", new("topic", null, LabelMeasure.Share), SeriesKey.All, ChartRange.Named("week")),
            new("news", null, SeriesKey.All, ChartRange.Live),
        ];

        Assert.All(shown, static address => Assert.Equal(address, ChartAddress.Parse(new Uri(new(Base), address.ToString()).ToString())));
    }

    [Fact]
    public void The_latest_windows_of_all_texts_need_no_parameters() =>
        Assert.Equal("./?pipeline=news", new ChartAddress("news", null, SeriesKey.All, ChartRange.Live).ToString());

    [Theory]
    [InlineData("range=century")]
    [InlineData("from=yesterday&to=today")]
    [InlineData("from=1987-10-20T00:00:00Z&to=1987-10-19T00:00:00Z")]
    [InlineData("from=1987-10-20T00:00:00Z")]
    public void An_address_without_a_valid_range_shows_the_latest_windows(string query) =>
        Assert.True(ChartAddress.Parse($"{Base}?{query}").Range.IsLive);
}
