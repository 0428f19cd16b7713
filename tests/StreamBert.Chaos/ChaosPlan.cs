namespace StreamBert.Chaos;

/// <summary>What is done to the system.</summary>
public enum BlowKind
{
    /// <summary>SIGKILL to a process that is at work.</summary>
    Kill,

    /// <summary>SIGKILL to a process while it starts.</summary>
    KillStarting,

    /// <summary>SIGSTOP, and SIGCONT after <see cref="Blow.Lasts"/>.</summary>
    Pause,

    /// <summary>Every fsync takes long for <see cref="Blow.Lasts"/>.</summary>
    SlowDisk,

    /// <summary>The state store dies, with all it held, and is back after <see cref="Blow.Lasts"/>.</summary>
    KillState,

    /// <summary>The broker is restarted.</summary>
    RestartBroker,
}

/// <summary>One blow.</summary>
/// <param name="After">Since the system was at work again; of a process that starts: since its start.</param>
public readonly record struct Blow(BlowKind Kind, TimeSpan After, TimeSpan Lasts);

/// <summary>The blows of a run, in an order and with pauses drawn from its seed.</summary>
public static class ChaosPlan
{
    /// <summary>Every so many kills there is time for a training run to end between two blows.</summary>
    private const int Respite = 15;

    private static readonly TimeSpan RespiteLasts = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartLasts = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Blow> Draw(ChaosOptions options)
    {
        var random = new Random(options.Seed);
        var kinds = Kinds(options, random).ToArray();
        random.Shuffle(kinds);
        return [.. kinds.Select((kind, at) => new Blow(kind, After(kind, at, options, random), random.NextDouble() * LongestTrouble))];
    }

    /// <summary>A fifth of the kills strike while the process starts: recovery is work too.</summary>
    private static IEnumerable<BlowKind> Kinds(ChaosOptions options, Random random) =>
    [
        .. Enumerable.Range(0, options.Kills)
            .Select(_ => options.Instances == 1 && random.Next(5) == 0 ? BlowKind.KillStarting : BlowKind.Kill),
        .. Enumerable.Repeat(BlowKind.Pause, options.Pauses),
        .. Enumerable.Repeat(BlowKind.SlowDisk, options.SlowDisks),
        .. Enumerable.Repeat(BlowKind.KillState, options.StateKills),
        .. Enumerable.Repeat(BlowKind.RestartBroker, options.BrokerRestarts),
    ];

    private static TimeSpan After(BlowKind kind, int at, ChaosOptions options, Random random) => kind switch
    {
        BlowKind.KillStarting => random.NextDouble() * StartLasts,
        _ when at % Respite == Respite - 1 => RespiteLasts,
        _ => random.NextDouble() * options.LongestPause,
    };
}
