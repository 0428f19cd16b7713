namespace StreamBert.Contracts;

/// <summary>
/// Requests that a version of the registry serve. It is stored on <see cref="Topics.Feedback"/>; a <see cref="ModelPromoted"/> or a
/// <see cref="ModelRequestRefused"/> follows.
/// </summary>
public sealed record PromotionRequested : IModelRequest
{
    /// <summary>The name of the model. Default: <c>default</c>.</summary>
    public string Model { get; init => field = value ?? "default"; } = "default";

    /// <summary>The version that is to serve.</summary>
    public required string Version { get; init; }

    /// <summary>The person or program that requests it.</summary>
    public required string By { get; init; }

    /// <summary>When it was requested.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
