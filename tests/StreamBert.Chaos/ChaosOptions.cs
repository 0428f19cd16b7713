namespace StreamBert.Chaos;

/// <summary>What a run of the harness does.</summary>
public sealed record ChaosOptions
{
    /// <summary>The plan is drawn from it: the same seed gives the same blows after the same pauses.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Times that a working process is killed with SIGKILL.</summary>
    public int Kills { get; init; } = 20;

    /// <summary>Times that a working process is stopped with SIGSTOP for a while.</summary>
    public int Pauses { get; init; }

    /// <summary>Times that every write of the process to the disk is made slow for a while (by strace).</summary>
    public int SlowDisks { get; init; }

    /// <summary>Times that the state store, then a real redis-server, is killed and comes back empty.</summary>
    public int StateKills { get; init; }

    /// <summary>Times that the broker is restarted by <see cref="BrokerRestart"/>.</summary>
    public int BrokerRestarts { get; init; }

    /// <summary>Processes at once: on the embedded log one works and the others stand by, on Kafka all work.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>Texts sent a second.</summary>
    public int Rate { get; init; } = 200;

    /// <summary>Bootstrap servers of a real Kafka; null: the embedded log.</summary>
    public string? Kafka { get; init; }

    /// <summary>A shell command that restarts that Kafka and returns.</summary>
    public string? BrokerRestart { get; init; }

    /// <summary>Where everything is kept; it must not exist or be empty.</summary>
    public required string Directory { get; init; }

    /// <summary>Longest pause between an instance being ready and the next blow.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(3);
}
