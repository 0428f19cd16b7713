using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Alerting.State;

/// <summary>
/// Holds the state of a group reader while it owns the partitions, and reads it from the log again when they were assigned or revoked, or a
/// commit was refused.
/// </summary>
internal sealed class CurrentState
{
    private readonly IEventLog _log;
    private readonly IGroupReader _reader;
    private readonly Readiness _readiness;
    private AlertingState? _state;

    /// <summary>Whether another instance may have decided since the state was read, or a commit was refused.</summary>
    private volatile bool _isStale;
    private volatile bool _isAssigned;

    public CurrentState(IEventLog log, IGroupReader reader, Readiness readiness)
    {
        (_log, _reader, _readiness) = (log, reader, readiness);
        reader.AssignmentChanged += change => (_isStale, _isAssigned) = (true, change.Assigned.Count > 0);
    }

    /// <summary>The generation of the assignment under which the state was read.</summary>
    public int Generation { get; private set; }

    /// <summary>Returns the state; null while another instance owns the partitions.</summary>
    public async Task<AlertingState?> GetAsync(CancellationToken cancellation)
    {
        if (!_isAssigned)
        {
            _readiness.MarkReady(ConsumerGroups.Alerting, "standby: another instance decides, or the group rebalances");
            return null;
        }
        if (_state is { } state && !_isStale && Generation == _reader.Generation)
            return state;
        _isStale = false;
        Generation = _reader.Generation; // read before the log: if it changes afterwards, the commit is refused
        _state = await AlertingState.ReadAsync(_log, cancellation);
        _readiness.MarkReady(ConsumerGroups.Alerting, "reads the alerts");
        return _state;
    }

    /// <summary>Marks the state as stale, because its commit was refused.</summary>
    public void Invalidate() => _isStale = true;
}
