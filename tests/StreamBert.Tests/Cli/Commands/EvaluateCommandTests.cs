using StreamBert.Cli.Commands;

namespace StreamBert.Tests.Cli.Commands;

public sealed class EvaluateCommandTests
{
    private static readonly string[] Labels = ["negative", "neutral", "positive"];

    [Theory]
    [InlineData("0", "negative")]
    [InlineData("2", "positive")]
    [InlineData("neutral", "neutral")]
    [InlineData("3", "3")]
    [InlineData("-1", "-1")]
    [InlineData("bullish", "bullish")]
    public void A_number_stands_for_the_label_at_its_place(string written, string label) =>
        Assert.Equal(label, EvaluateCommand.Named(written, Labels));

    [Fact]
    public void A_label_that_is_a_number_stays_itself() => Assert.Equal("1", EvaluateCommand.Named("1", ["1", "0"]));
}
