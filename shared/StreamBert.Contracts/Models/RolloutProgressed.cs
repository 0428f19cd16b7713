namespace StreamBert.Contracts;

/// <summary>Reports what a stage of a rollout has measured so far. The figures are as of the report, and the stage continues.</summary>
public sealed record RolloutProgressed
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version of the candidate.</summary>
    public required string Version { get; init; }

    /// <summary>The version that serves and that the candidate is compared with.</summary>
    public required string Champion { get; init; }

    /// <summary><c>shadow</c> or <c>canary</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>When the stage began, as in its <see cref="RolloutChanged"/>.</summary>
    public required DateTimeOffset StageStart { get; init; }

    /// <summary>The number of texts that the candidate answered or failed on.</summary>
    public required long Texts { get; init; }

    /// <summary>The number of texts on which the candidate failed.</summary>
    public long Failures { get; init; }

    /// <summary>The number of texts that the champion answered for the comparison.</summary>
    public long ChampionTexts { get; init; }

    /// <summary>
    /// The candidate's time for a text relative to the champion's, in batches of like size; null in the stage shadow, and while there are
    /// too few batches of like size.
    /// </summary>
    public double? Slowdown { get; init; }

    /// <summary>The answers by pipeline and head.</summary>
    public IReadOnlyList<RolloutComparison> Heads { get; init => field = value ?? []; } = [];

    /// <summary>The conditions as of the last look; they are looked at whenever the number of texts has grown by a quarter.</summary>
    public IReadOnlyList<GateResult> Conditions { get; init => field = value ?? []; } = [];

    /// <summary>The number of texts that the stage needs.</summary>
    public int MinimumTexts { get; init; }

    /// <summary>When the stage ends at the earliest.</summary>
    public required DateTimeOffset EarliestEnd { get; init; }

    /// <summary>When the figures were taken.</summary>
    public required DateTimeOffset ReportedAt { get; init; }
}

/// <summary>Holds the counts of the labels that two versions gave by one head of one pipeline.</summary>
public sealed record RolloutComparison
{
    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The head.</summary>
    public required string Head { get; init; }

    /// <summary>
    /// The number of texts to which both versions gave the same label; null in the stage canary, where they answer different texts.
    /// </summary>
    public long? Agreed { get; init; }

    /// <summary>The number of texts by the champion's label.</summary>
    public required IReadOnlyDictionary<string, long> Champion { get; init; }

    /// <summary>The number of texts by the candidate's label.</summary>
    public required IReadOnlyDictionary<string, long> Candidate { get; init; }
}
