using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Sessions;

/// <summary>
/// Holds the session of a group reader, and replaces it by one from the last checkpoint when partitions were assigned or revoked, or a
/// commit was refused.
/// </summary>
internal sealed class CurrentSession : IDisposable
{
    private readonly IGroupReader _reader;
    private readonly SessionFactory _sessions;
    private readonly Readiness _readiness;
    private readonly TimeProvider _time;
    private MonitorSession? _session;

    /// <summary>Whether another monitor may have committed since the session was opened, or a commit was refused.</summary>
    private volatile bool _isStale;
    private volatile bool _isAssigned;

    public CurrentSession(IGroupReader reader, SessionFactory sessions, Readiness readiness, TimeProvider time)
    {
        (_reader, _sessions, _readiness, _time) = (reader, sessions, readiness, time);
        reader.AssignmentChanged += change => (_isStale, _isAssigned) = (true, change.Assigned.Count > 0);
    }

    /// <summary>Whether this monitor owns the partitions; the others are on standby.</summary>
    public bool IsAssigned => _isAssigned;

    /// <summary>The timestamp at which a prediction was last read, or no step waited for predictions.</summary>
    public long WaitingSince { get; set; }

    /// <summary>Returns the session, after replacing a stale one.</summary>
    public async Task<MonitorSession> GetAsync(CancellationToken cancellation) =>
        _session is { } session && !_isStale && session.Generation == _reader.Generation ? session : await ReopenAsync(cancellation);

    /// <summary>Replaces the session by one from the last checkpoint.</summary>
    public async Task<MonitorSession> ReopenAsync(CancellationToken cancellation)
    {
        _isStale = false;
        _session?.Dispose();
        _session = null;
        var generation = _reader.Generation; // read before the checkpoint: if it changes afterwards, the commit is refused
        var session = _session = await _sessions.OpenAsync(generation, cancellation);
        var origin = session.NextOffsets.Count == 0 ? "the beginning" : "the last checkpoint";
        _readiness.MarkReady(ConsumerGroups.Monitoring, $"processing from {origin}");
        WaitingSince = _time.GetTimestamp();
        return session;
    }

    /// <summary>Marks the session as stale, because its commit was refused.</summary>
    public void Invalidate() => _isStale = true;

    public void Dispose() => _session?.Dispose();
}
