namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// Lets what is in flight of partitions that are about to move be committed first, so that their next reader does not do it again. It
/// waits only where that helps: no longer than five seconds, and no longer than one in which no commit was under way. A user that keeps
/// batches uncommitted on purpose, as training does, costs its group one second, not five.
/// </summary>
internal sealed class RevocationDrain
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private long _lastCommit;

    /// <summary>A commit has ended.</summary>
    public void Progressed() => Volatile.Write(ref _lastCommit, Environment.TickCount64);

    /// <param name="open">Whether something is still to be committed.</param>
    /// <param name="committing">Whether a commit is under way.</param>
    public void Wait(Func<bool> open, Func<bool> committing, CancellationToken cancellation)
    {
        var begun = Environment.TickCount64;
        var quietSince = begun;
        while (open() && Environment.TickCount64 - begun < Longest.TotalMilliseconds
            && Environment.TickCount64 - quietSince < LongestQuiet.TotalMilliseconds)
        {
            if (cancellation.WaitHandle.WaitOne(Step))
                return;
            quietSince = committing() ? Environment.TickCount64 : Math.Max(quietSince, Volatile.Read(ref _lastCommit));
        }
    }
}
