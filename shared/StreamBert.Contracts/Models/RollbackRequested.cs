namespace StreamBert.Contracts;

/// <summary>
/// Requests that an earlier model version serve again. It is stored on <see cref="Topics.Feedback"/>; a <see cref="ModelRolledBack"/>
/// follows.
/// </summary>
public sealed record RollbackRequested : IModelRequest
{
    /// <summary>The name of the model. Default: <c>default</c>.</summary>
    public string Model { get; init => field = value ?? "default"; } = "default";

    /// <summary>The requested version; null: the version that served before the current one.</summary>
    public string? To { get; init; }

    /// <summary>The person or program that requests it.</summary>
    public required string By { get; init; }

    /// <summary>The reason.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was requested.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
