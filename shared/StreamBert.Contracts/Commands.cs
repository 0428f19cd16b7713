namespace StreamBert.Contracts;

/// <summary>
/// Somebody asks for a training run now. It stands on <see cref="Topics.Feedback"/>, after the verdicts it is to learn from.
/// </summary>
public sealed record TrainingRequested
{
    /// <summary>The model's name, such as <c>default</c>.</summary>
    public string Model { get; init => field = value ?? "default"; } = "default";
    public required string By { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
}

/// <summary>
/// Somebody asks that an earlier version serve again. It stands on <see cref="Topics.Feedback"/>; the answer is a <see
/// cref="ModelRolledBack"/>.
/// </summary>
public sealed record RollbackRequested
{
    /// <summary>The model's name, such as <c>default</c>.</summary>
    public string Model { get; init => field = value ?? "default"; } = "default";

    /// <summary>The version wanted; null: the one that served before the present one.</summary>
    public string? To { get; init; }
    public required string By { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
}
