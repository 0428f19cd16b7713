namespace StreamBert.Monitoring.Sessions;

/// <summary>
/// Decides which commits carry the whole state. The others carry only their offsets: a restored monitor processes the records between its
/// state and these offsets once more, which gives the same state, because the monitor depends on nothing but its records.
/// </summary>
/// <param name="interval">The time between two checkpoints of the state; zero for one in each commit.</param>
/// <param name="time">Measures the time.</param>
internal sealed class CheckpointSchedule(TimeSpan interval, TimeProvider time)
{
    /// <summary>The number of records after which a checkpoint is due before its time, so that a restore takes seconds.</summary>
    private const int MaxRecords = 200_000;

    /// <summary>
    /// A checkpoint may take one part in so many of the time, judged by the last one; so a state that grows remains below 5 %.
    /// </summary>
    private const int MaxCostDivisor = 25;

    private long _lastAt = time.GetTimestamp();
    private TimeSpan _lastDuration;

    /// <summary>The time that checkpoints have taken.</summary>
    public TimeSpan TotalDuration { get; private set; }

    /// <summary>Whether the next commit must carry the state.</summary>
    /// <param name="records">The number of records since the last checkpoint.</param>
    public bool IsDue(long records)
    {
        if (interval <= TimeSpan.Zero)
            return true;
        var elapsed = time.GetElapsedTime(_lastAt);
        return (elapsed >= interval || records >= MaxRecords) && elapsed >= MaxCostDivisor * _lastDuration;
    }

    /// <summary>Writes a checkpoint, and measures how long that takes.</summary>
    public T Measure<T>(Func<T> write)
    {
        var start = time.GetTimestamp();
        var checkpoint = write();
        _lastAt = time.GetTimestamp();
        _lastDuration = time.GetElapsedTime(start, _lastAt);
        TotalDuration += _lastDuration;
        return checkpoint;
    }
}
