using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class LabelNamesTests
{
    [Theory]
    [InlineData("0.0", "0")]
    [InlineData("0", "0")]
    [InlineData("1", "1.0")]
    [InlineData("+1.00", "1.0")]
    [InlineData("1e0", "1.0")]
    [InlineData("positive", "positive")]
    [InlineData("Positive", null)]
    [InlineData("2", null)]
    [InlineData("", null)]
    [InlineData("1,0", null)]
    public void Numbers_are_compared_as_numbers_and_names_as_names(string name, string? label) =>
        Assert.Equal(label, LabelNames.Find(["0", "1.0", "positive"], name));

    [Fact]
    public void A_label_with_the_exact_name_takes_precedence() => Assert.Equal("1.0", LabelNames.Find(["1", "1.0"], "1.0"));
}
