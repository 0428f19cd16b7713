using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Backtests.Scenarios;

/// <summary>Reads the option <c>--weeks</c>: the time of a scenario after its learning period.</summary>
internal static class ScenarioWeeks
{
    private const double Most = 520;
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Returns the time in whole minutes; null if the option is absent.</summary>
    public static TimeSpan? Read(double? weeks) => weeks switch
    {
        null => null,
        > 0 and <= Most => TimeSpan.FromMinutes(Math.Max(1, Math.Round(weeks.Value * Week.TotalMinutes))),
        _ => throw new CliException($"--weeks {weeks} is out of range; give more than 0 and at most {Most}."),
    };
}
