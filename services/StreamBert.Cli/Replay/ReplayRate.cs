namespace StreamBert.Cli.Replay;

/// <summary>Limits a replay to a number of rows per second, measured from its start.</summary>
internal sealed class ReplayRate(double? rowsPerSecond, TimeProvider time)
{
    private static readonly TimeSpan BatchInterval = TimeSpan.FromMilliseconds(100);
    private readonly long _start = time.GetTimestamp();
    private long _appended;

    /// <summary>Returns the number of rows per batch: those of one interval, within the given maximum.</summary>
    public int GetBatchRows(int max) => rowsPerSecond is { } rate ? (int)Math.Clamp(rate * BatchInterval.TotalSeconds, 1, max) : max;

    public async Task WaitAsync(int appended, CancellationToken cancellation)
    {
        _appended += appended;
        if (rowsPerSecond is not { } rate)
            return;
        var ahead = TimeSpan.FromSeconds(_appended / rate) - time.GetElapsedTime(_start);
        if (ahead > TimeSpan.Zero)
            await Task.Delay(ahead, time, cancellation);
    }
}
