using StreamBert.Cli.Backtests.RuleTests;
using StreamBert.Cli.Errors;

namespace StreamBert.Tests.Cli.Backtests.RuleTests;

/// <summary>Checks the notation against the examples of Prometheus's documentation of unit tests.</summary>
public sealed class SeriesNotationTests
{
    [Theory]
    [InlineData("-2+4x3", new double[] { -2, 2, 6, 10 })]
    [InlineData("1-2x4", new double[] { 1, -1, -3, -5, -7 })]
    [InlineData("1x4", new double[] { 1, 1, 1, 1, 1 })]
    [InlineData("0.2x1 0.7", new[] { 0.2, 0.2, 0.7 })]
    public void Values_are_repeated_and_added_to(string notation, double[] expected) =>
        Assert.Equal(expected, SeriesNotation.Parse(notation).Select(static value => value!.Value));

    [Fact]
    public void An_underscore_is_a_missing_value() => Assert.Equal([4, null, null, 5], SeriesNotation.Parse("4 _x1 5"));

    [Theory]
    [InlineData("20y3")]
    [InlineData("x3")]
    [InlineData("1x9999999")]
    [InlineData("1x600000")]
    public void Anything_else_is_refused(string notation) => Assert.Throws<CliException>(() => SeriesNotation.Parse(notation));
}
