namespace StreamBert.Monitoring.Benchmarking;

/// <summary>The processor time of this process, without that of the load, so that other programs on the machine do not count.</summary>
internal sealed class BusyTime : TimeProvider
{
    private TimeSpan _excluded;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (Used() - _excluded).Ticks;

    /// <summary>Runs something that does not count.</summary>
    public T Exclude<T>(Func<T> run)
    {
        var start = Used();
        var result = run();
        _excluded += Used() - start;
        return result;
    }

    private static TimeSpan Used() => Environment.CpuUsage.TotalTime;
}
