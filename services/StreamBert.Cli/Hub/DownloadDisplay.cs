using System.Globalization;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Hub;

/// <summary>Progress on stderr: one line that renews itself on a terminal, a line now and then in a log.</summary>
internal sealed class DownloadDisplay : IProgress<DownloadProgress>
{
    private static readonly TimeSpan TerminalPause = TimeSpan.FromSeconds(0.25), LogPause = TimeSpan.FromSeconds(15);
    private const double Mega = 1e6;
    private long? _shown;

    public void Report(DownloadProgress value)
    {
        var last = value.Done == value.Total;
        if (!last && _shown is { } shown && TimeProvider.System.GetElapsedTime(shown) < (Terminal.IsWatched ? TerminalPause : LogPause))
            return;
        _shown = TimeProvider.System.GetTimestamp();
        var of = value.Total is { } total ? string.Create(CultureInfo.InvariantCulture, $" of {total / Mega:N1}") : "";
        var line = string.Create(CultureInfo.InvariantCulture, $"{value.File}: {value.Done / Mega:N1}{of} MB");
        Terminal.Progress(line, last);
    }
}
