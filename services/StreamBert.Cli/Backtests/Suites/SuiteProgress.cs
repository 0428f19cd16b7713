using StreamBert.Cli.Output;

namespace StreamBert.Cli.Backtests.Suites;

/// <summary>Writes how many runs have finished, and how long the others will take.</summary>
internal sealed class SuiteProgress(TimeProvider time, int runs)
{
    private readonly long _start = time.GetTimestamp();
    private readonly ProgressThrottle _throttle = new(time, TimeSpan.FromMilliseconds(500));

    /// <summary>Reports the number of finished runs.</summary>
    public void Report(int finished) => _throttle.Report(
        () =>
        {
            var left = time.GetElapsedTime(_start) / finished * (runs - finished);
            return $"{Format.Count(finished)} of {Format.Count(runs)} runs, about {Math.Ceiling(left.TotalMinutes)} min left";
        },
        isLast: finished == runs);
}
