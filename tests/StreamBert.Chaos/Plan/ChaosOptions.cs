namespace StreamBert.Chaos.Plan;

/// <summary>The options of a run of the chaos harness.</summary>
public sealed record ChaosOptions
{
    /// <summary>The seed of the plan: the same seed gives the same faults after the same delays. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How often a process is killed with SIGKILL. Default 20.</summary>
    public int Kills { get; init; } = 20;

    /// <summary>How often a process is suspended with SIGSTOP for a while. Default 0.</summary>
    public int Pauses { get; init; }

    /// <summary>How often each fsync of a process is delayed for a while, by strace. Default 0.</summary>
    public int SlowDisks { get; init; }

    /// <summary>How often the state store, then a real redis-server, is killed and restarted without data. Default 0.</summary>
    public int StateKills { get; init; }

    /// <summary>How often the broker is restarted with <see cref="BrokerRestartCommand"/>. Default 0.</summary>
    public int BrokerRestarts { get; init; }

    /// <summary>
    /// The number of processes: on the embedded log one is active and the others stand by, on Kafka all are active. Default 1.
    /// </summary>
    public int Instances { get; init; } = 1;

    /// <summary>The shipped model that classifies. Default: that of the pipelines.</summary>
    public string? Model { get; init; }

    /// <summary>Texts sent per second. Default 200.</summary>
    public int Rate { get; init; } = 200;

    /// <summary>Bootstrap servers of a real Kafka; null for the embedded log.</summary>
    public string? Kafka { get; init; }

    /// <summary>A shell command that restarts the broker and then returns.</summary>
    public string? BrokerRestartCommand { get; init; }

    /// <summary>The directory of all files of the run; it must be empty or missing.</summary>
    public required string Directory { get; init; }

    /// <summary>The longest delay between a ready instance and the next fault. Default 3 seconds.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(3);
}
