using StreamBert.Cli.Hub;

namespace StreamBert.Tests.Cli.Hub;

/// <summary>Records the progress of downloads and signals when a file has a number of bytes.</summary>
internal sealed class DownloadProgressLog : IProgress<DownloadProgress>
{
    private readonly List<(string File, long Bytes, TaskCompletionSource Reached)> _awaited = [];

    public DownloadProgress Last { get; private set; } = new("", 0, null);

    public Task ReachedAsync(string file, long bytes)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Add((file, bytes, reached));
        return reached.Task;
    }

    public void Report(DownloadProgress value)
    {
        Last = value;
        foreach (var (file, bytes, reached) in _awaited)
        {
            if (value.File == file && value.Done >= bytes)
                reached.TrySetResult();
        }
    }
}
