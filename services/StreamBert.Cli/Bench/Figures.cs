using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Model.Benchmarking;

namespace StreamBert.Cli.Bench;

/// <summary>How benchmarks read their options, count, and say what they found.</summary>
internal static class Figures
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static double Median<T>(IEnumerable<T> rounds, Func<T, double> value)
    {
        var sorted = rounds.Select(value).Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    /// <summary>The smallest value that at least this share of the values does not exceed.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    public static EncoderShape Shape(string text)
    {
        try
        {
            return EncoderShape.Parse(text);
        }
        catch (FormatException e)
        {
            throw new CliException(e.Message, e);
        }
    }

    /// <summary>One line on stderr, for whoever waits.</summary>
    public static void Progress(string what) => Terminal.Error.WriteLine($"measuring {what}…");

    public static void PrintJson<T>(T figures) => Terminal.Out.WriteLine(JsonSerializer.Serialize(figures, Json));

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
