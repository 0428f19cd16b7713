using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Responsibility;

namespace StreamBert.Tests.Cli.Evaluation.Responsibility;

public sealed class ResponsibilityWeightsParserTests
{
    [Fact]
    public void Weights_are_read_in_the_order_of_their_figures() => Assert.Equal(new(2, 1, 4), ResponsibilityWeightsParser.Parse("2, 1,4"));

    [Theory]
    [InlineData("1,1")]
    [InlineData("1,1,x")]
    [InlineData("1,1,1,1")]
    [InlineData("1,-1,1")]
    public void Weights_that_are_not_three_numbers_are_refused(string weights) =>
        Assert.Throws<CliException>(() => ResponsibilityWeightsParser.Parse(weights));
}
