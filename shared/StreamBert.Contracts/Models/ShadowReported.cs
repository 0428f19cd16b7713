namespace StreamBert.Contracts;

/// <summary>Reports how a worker's copies of texts were answered by the candidate of a rollout in the stage shadow.</summary>
public sealed record ShadowReported
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version of the candidate.</summary>
    public required string Version { get; init; }

    /// <summary>The version that serves.</summary>
    public required string Champion { get; init; }

    /// <summary>When the stage began, as in its <see cref="RolloutChanged"/>.</summary>
    public required DateTimeOffset StageStart { get; init; }

    /// <summary>The number of copies that the candidate answered.</summary>
    public required long Texts { get; init; }

    /// <summary>The number of copies on which the candidate failed.</summary>
    public long Failures { get; init; }

    /// <summary>The number of copies that were dropped because the device had no time for them.</summary>
    public long Dropped { get; init; }

    /// <summary>The answers by pipeline and head.</summary>
    public IReadOnlyList<ShadowComparison> Heads { get; init => field = value ?? []; } = [];

    /// <summary>When the counts were taken.</summary>
    public required DateTimeOffset ReportedAt { get; init; }
}

/// <summary>Holds the counts of two versions' answers to the same texts by one head of one pipeline.</summary>
public sealed record ShadowComparison
{
    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The head.</summary>
    public required string Head { get; init; }

    /// <summary>The number of texts to which both versions gave the same label.</summary>
    public required long Agreed { get; init; }

    /// <summary>The number of texts by the champion's label.</summary>
    public required IReadOnlyDictionary<string, long> Champion { get; init; }

    /// <summary>The number of texts by the candidate's label.</summary>
    public required IReadOnlyDictionary<string, long> Candidate { get; init; }
}
