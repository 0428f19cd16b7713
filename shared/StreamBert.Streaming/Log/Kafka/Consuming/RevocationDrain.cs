namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>
/// Waits before partitions are revoked until their uncommitted batches are committed, so that the next reader does not process them again.
/// It waits for at most five seconds, and for at most one second without a running commit: a reader that keeps batches uncommitted on
/// purpose, as training does, delays its group by one second, not by five.
/// </summary>
internal sealed class RevocationDrain(TimeProvider time)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private long _lastCommit;

    /// <summary>Registers the end of a commit.</summary>
    public void OnCommitEnded() => Volatile.Write(ref _lastCommit, time.GetTimestamp());

    /// <param name="hasUncommitted">Whether batches are still uncommitted.</param>
    /// <param name="isCommitting">Whether a commit is running.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public void Wait(Func<bool> hasUncommitted, Func<bool> isCommitting, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var idleSince = started;
        while (hasUncommitted() && time.GetElapsedTime(started) < MaxWait && time.GetElapsedTime(idleSince) < MaxIdle)
        {
            if (cancellation.WaitHandle.WaitOne(PollInterval))
                return;
            idleSince = isCommitting() ? time.GetTimestamp() : Math.Max(idleSince, Volatile.Read(ref _lastCommit));
        }
    }
}
