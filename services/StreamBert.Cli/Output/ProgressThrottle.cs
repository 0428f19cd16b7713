namespace StreamBert.Cli.Output;

/// <summary>
/// Writes progress to stderr at most once per interval: often on a terminal, where each line overwrites the previous one, and rarely in a
/// file or pipe.
/// </summary>
internal sealed class ProgressThrottle(TimeProvider time, TimeSpan terminalInterval)
{
    private static readonly TimeSpan RedirectedInterval = TimeSpan.FromSeconds(15);
    private long? _lastReport;

    /// <param name="line">Formats the line; called only if it is written.</param>
    /// <param name="isLast">Whether this is the final report, which is always written and stays on the terminal.</param>
    public void Report(Func<string> line, bool isLast)
    {
        var interval = Terminal.IsInteractive ? terminalInterval : RedirectedInterval;
        if (!isLast && _lastReport is { } last && time.GetElapsedTime(last) < interval)
            return;
        _lastReport = time.GetTimestamp();
        Terminal.WriteProgress(line(), isLast);
    }
}
