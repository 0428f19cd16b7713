using System.Globalization;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;

namespace StreamBert.Cli.Replay.Requests;

/// <summary>Represents a replay as it is requested on the command line.</summary>
/// <param name="Rate">Rows per second; null: as fast as they are classified.</param>
/// <param name="Loop">Whether to start again at the end of the file, without limit.</param>
/// <param name="Once">Whether to exit at the end of the file.</param>
internal sealed record ReplayRequest(
    RowFile File, string Pipeline, string? Text, string? Time, string? Id, double? Rate, bool Loop, bool Once)
{
    private const string MaxRate = "max";
    private const int MaxRowsPerSecond = 1_000_000;

    public string? Subject { get; init; }

    /// <summary>The .NET format of the times; null: all unambiguous formats.</summary>
    public string? TimeFormat { get; init; }

    public AttributeLimits Limits { get; init; } = new();

    /// <summary>Whether to start at the first row although an earlier replay of the file was interrupted.</summary>
    public bool Restart { get; init; }

    /// <param name="rate">Rows per second, or <c>max</c>.</param>
    /// <exception cref="CliException">The rate is neither.</exception>
    public static double? ParseRate(string rate)
    {
        if (rate == MaxRate)
            return null;
        return double.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out var rowsPerSecond)
            && rowsPerSecond is > 0 and <= MaxRowsPerSecond
            ? rowsPerSecond
            : throw new CliException($"--rate {rate} is neither '{MaxRate}' nor a number of texts per second between 0 and 1,000,000.");
    }
}
