namespace StreamBert.Chaos.Plan;

/// <summary>The kinds of fault that the harness injects.</summary>
public enum FaultKind
{
    /// <summary>SIGKILL to an active process.</summary>
    Kill,

    /// <summary>SIGKILL to a process while it starts.</summary>
    KillDuringStart,

    /// <summary>SIGSTOP, and SIGCONT after <see cref="Fault.Duration"/>.</summary>
    Pause,

    /// <summary>Every fsync is slow for <see cref="Fault.Duration"/>.</summary>
    SlowDisk,

    /// <summary>The state store is killed, loses its data and is restarted after <see cref="Fault.Duration"/>.</summary>
    KillState,

    /// <summary>The broker is restarted.</summary>
    RestartBroker,
}
