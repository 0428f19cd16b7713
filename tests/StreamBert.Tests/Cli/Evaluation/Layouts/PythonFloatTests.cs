using StreamBert.Cli.Evaluation.Layouts;

namespace StreamBert.Tests.Cli.Evaluation.Layouts;

public sealed class PythonFloatTests
{
    /// <summary>The expected texts are those of <c>f"{value:.2f}"</c> in Python 3.</summary>
    [Theory]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(0.625, 2, "0.62")]
    [InlineData(0.875, 2, "0.88")]
    [InlineData(0.25, 1, "0.2")]
    [InlineData(0.75, 1, "0.8")]
    [InlineData(0.0625, 3, "0.062")]
    [InlineData(1, 2, "1.00")]
    [InlineData(0.999, 2, "1.00")]
    public void An_exact_tie_is_rounded_to_the_even_digit(double value, int digits, string expected) =>
        Assert.Equal(expected, PythonFloat.Format(value, digits));

    /// <summary>These numbers are just below or above the tie that they are written as.</summary>
    [Theory]
    [InlineData(0.285, "0.28")]
    [InlineData(0.295, "0.29")]
    [InlineData(0.555, "0.56")]
    [InlineData(0.145, "0.14")]
    public void A_number_that_only_looks_like_a_tie_is_rounded_by_its_binary_value(double value, string expected) =>
        Assert.Equal(expected, PythonFloat.Format(value, 2));
}
