using System.Globalization;
using System.Text.RegularExpressions;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Backtests.RuleTests;

/// <summary>
/// Reads values by window in the notation of <c>promtool test rules</c>: <c>a</c> is one value, <c>axn</c> is a and n repetitions of it,
/// <c>a+bxn</c> is a and n further values that each add b, <c>_</c> and <c>_xn</c> are missing values.
/// </summary>
internal static partial class SeriesNotation
{
    /// <summary>Bounds the values of one series: a year of one-minute windows.</summary>
    private const int MaxValues = 527_040;

    /// <exception cref="CliException">The notation is invalid.</exception>
    public static IReadOnlyList<double?> Parse(string notation)
    {
        List<double?> values = [];
        foreach (var part in notation.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Part().Match(part) is not { Success: true } match)
            {
                throw new CliException(
                    $"'{part}' is not a value: write 20, 20x60 (20 and 60 repetitions), 20+1x60 (rising by 1), or _ for a missing value.");
            }
            var repetitions = match.Groups["times"] is { Success: true, Value: var times } ? ToNumber(times) : 0;
            if (values.Count + repetitions >= MaxValues)
                throw new CliException($"'{part}': a series has at most {MaxValues:N0} values.");
            double? start = match.Groups["start"].Value is "_" ? null : ToNumber(match.Groups["start"].Value);
            var step = match.Groups["step"] is { Success: true, Value: var added } ? ToNumber(added) : 0;
            for (var repetition = 0; repetition <= repetitions; repetition++)
                values.Add(start + step * repetition);
        }
        return values;
    }

    private static double ToNumber(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<start>_|-?\d+(\.\d+)?)(?<step>[+-]\d+(\.\d+)?)?(x(?<times>\d{1,6}))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
