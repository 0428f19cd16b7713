using StreamBert.Gateway.Dashboard.Predictions;

namespace StreamBert.Tests.Gateway.Dashboard.Predictions;

public sealed class PredictionSearchTests
{
    private const string Base = "http://localhost:8080/";

    private static readonly PredictionSearch Search = new()
    {
        Pipeline = "a b",
        Head = "topic",
        Label = "Energy & Oil",
        From = new(1987, 10, 19, 0, 0, 0, TimeSpan.Zero),
        To = new(1987, 10, 20, 0, 0, 0, TimeSpan.Zero),
        MinConfidence = 0.5,
        MaxConfidence = 0.75,
        Text = "100 % = \"all\"",
    };

    [Fact]
    public void An_address_searches_again_for_what_it_was_made_of() =>
        Assert.Equal(Search, PredictionSearch.Parse(new Uri(new(Base), Search.ToString()).ToString()));

    [Fact]
    public void A_search_for_nothing_has_no_parameters_and_finds_everything()
    {
        Assert.Equal("predictions", new PredictionSearch().ToString());
        Assert.True(new PredictionSearch { Pipeline = "a" }.IsEmpty);
        Assert.False(Search.IsEmpty);
    }

    [Theory]
    [InlineData("minConfidence=2")]
    [InlineData("maxConfidence=high")]
    [InlineData("from=yesterday")]
    public void What_is_invalid_is_not_searched_for(string query) =>
        Assert.True(PredictionSearch.Parse($"{Base}predictions?{query}").IsEmpty);

    [Fact]
    public void The_export_has_the_parameters_of_the_search() =>
        Assert.Equal(
            "v1/predictions?pipeline=a&text=oil&format=csv", new PredictionSearch { Pipeline = "a", Text = "oil" }.ToExport("csv"));

    [Theory]
    [InlineData("a/b c")]
    [InlineData("ä?#%2F")]
    public void The_address_of_a_page_has_any_id(string id) => Assert.Equal(id, PredictionLink.IdOf(PredictionLink.To(id)));
}
