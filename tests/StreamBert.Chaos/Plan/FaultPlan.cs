namespace StreamBert.Chaos.Plan;

/// <summary>Generates the faults of a run, with their order and delays, from the seed of the run.</summary>
public static class FaultPlan
{
    /// <summary>After this many faults there is enough time for a training run to complete before the next.</summary>
    private const int FaultsPerTrainingBreak = 15;

    private static readonly TimeSpan TrainingBreak = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartDuration = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Fault> Generate(ChaosOptions options)
    {
        var random = new Random(options.Seed);
        var kinds = GenerateKinds(options, random).ToArray();
        random.Shuffle(kinds);
        return
        [
            .. kinds.Select((kind, index) =>
                new Fault(kind, GenerateDelay(kind, index, options, random), random.NextDouble() * MaxDuration)),
        ];
    }

    /// <summary>A fifth of the kills happen while the process starts, to test that recovery itself can be interrupted.</summary>
    private static IEnumerable<FaultKind> GenerateKinds(ChaosOptions options, Random random) =>
    [
        .. Enumerable.Range(0, options.Kills)
            .Select(_ => options.Instances == 1 && random.Next(5) == 0 ? FaultKind.KillDuringStart : FaultKind.Kill),
        .. Enumerable.Repeat(FaultKind.Pause, options.Pauses),
        .. Enumerable.Repeat(FaultKind.SlowDisk, options.SlowDisks),
        .. Enumerable.Repeat(FaultKind.KillState, options.StateKills),
        .. Enumerable.Repeat(FaultKind.RestartBroker, options.BrokerRestarts),
    ];

    private static TimeSpan GenerateDelay(FaultKind kind, int index, ChaosOptions options, Random random) => kind switch
    {
        FaultKind.KillDuringStart => random.NextDouble() * StartDuration,
        _ when index % FaultsPerTrainingBreak == FaultsPerTrainingBreak - 1 => TrainingBreak,
        _ => random.NextDouble() * options.MaxDelay,
    };
}
