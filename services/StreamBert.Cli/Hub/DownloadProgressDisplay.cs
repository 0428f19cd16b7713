using System.Globalization;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Hub;

/// <summary>Displays the progress of downloads on stderr.</summary>
internal sealed class DownloadProgressDisplay(TimeProvider time) : IProgress<DownloadProgress>
{
    private const double BytesPerMegabyte = 1e6;
    private readonly ProgressThrottle _throttle = new(time, terminalInterval: TimeSpan.FromSeconds(0.25));

    public void Report(DownloadProgress value) => _throttle.Report(() => Format(value), isLast: value.Done == value.Total);

    private static string Format(DownloadProgress value)
    {
        var total = value.Total is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" of {bytes / BytesPerMegabyte:N1}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{value.File}: {value.Done / BytesPerMegabyte:N1}{total} MB");
    }
}
