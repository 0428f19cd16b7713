using System.Globalization;
using StreamBert.Cli.Errors;
using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Cli.Evaluation.Responsibility;

/// <summary>Parses the weights of F(M) = α·δ + β·ε + γ·θ.</summary>
internal static class ResponsibilityWeightsParser
{
    public const string Default = "1,1,1";

    private const double Max = 1e6;

    /// <exception cref="CliException">The text is not three numbers from 0 to 1,000,000.</exception>
    public static ResponsibilityWeights Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        List<double> weights = [.. parts.Select(Read).OfType<double>()];
        return parts.Length == 3 && weights.Count == 3
            ? new(weights[0], weights[1], weights[2])
            : throw new CliException($"--weights must be three numbers from 0 to 1,000,000 for δ, ε, θ, like {Default}, not '{text}'.");
    }

    private static double? Read(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight is >= 0 and <= Max
            ? weight
            : null;
}
