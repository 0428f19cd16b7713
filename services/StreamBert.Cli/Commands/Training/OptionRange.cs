using System.CommandLine;
using System.Numerics;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Checks the ranges of numeric options.</summary>
internal static class OptionRange
{
    /// <exception cref="CliException">The number is less than 1.</exception>
    public static int RequirePositive(Option option, int value) => value > 0
        ? value
        : throw new CliException($"{option.Name} {value} is out of range; give at least 1.");

    /// <param name="high">The greatest number; the type's greatest for no bound.</param>
    /// <exception cref="CliException">The number is out of range.</exception>
    public static T Require<T>(Option option, T value, T low, T high)
        where T : INumber<T>, IMinMaxValue<T> => value >= low && value <= high
        ? value
        : throw new CliException(FormattableString.Invariant(
            $"{option.Name} {value} is out of range; give a number {DescribeLow(low)}{DescribeHigh(high)}."));

    private static string DescribeLow<T>(T low) => low is double.Epsilon ? "above 0" : FormattableString.Invariant($"from {low}");

    private static string DescribeHigh<T>(T high)
        where T : IMinMaxValue<T>, IEqualityOperators<T, T, bool> =>
        high == T.MaxValue ? "" : FormattableString.Invariant($" to {high}");
}
