using StreamBert.Cli.Backtests;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Runs a backtest with its progress, its findings and its speed on stderr.</summary>
internal static class BacktestProgress
{
    /// <summary>So many failures are printed; the others are counted.</summary>
    private const int MaxFailures = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Creates a progress line of its own.</summary>
    public static ProgressThrottle Create() => new(TimeProvider.System, Interval);

    public static BacktestOutcome Run(BacktestRequest request, Func<BacktestRunner, BacktestOutcome> run)
    {
        var (time, progress) = (TimeProvider.System, Create());
        var begun = time.GetTimestamp();
        var outcome = run(new(request, end => progress.Report(() => $"backtest: {Format.Time(end)}", isLast: false)));
        var (texts, elapsed) = (outcome.Result.EventTime.Texts, time.GetElapsedTime(begun));
        var life = outcome.Result.Span is { } span ? span.End - span.Start : TimeSpan.Zero;
        progress.Report(
            () => $"{Format.Count(texts)} texts in {Format.Count(outcome.Result.Windows)} windows took {elapsed.TotalSeconds:0.0} s, "
                + $"{Format.Number(life / elapsed, "N0")} times faster than life.",
            isLast: true);
        foreach (var failure in outcome.Result.Failures.Take(MaxFailures))
            Notify(failure.Fault.Detail);
        if (outcome.Result.Failures.Count > MaxFailures)
            Notify($"{outcome.Result.Failures.Count - MaxFailures:N0} further texts or detectors failed.");
        return outcome;
    }

    public static void Notify(string sentence)
    {
        Terminal.ClearProgress();
        Terminal.Error.WriteLine(sentence);
    }
}
