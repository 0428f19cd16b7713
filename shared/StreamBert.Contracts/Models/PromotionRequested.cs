namespace StreamBert.Contracts;

/// <summary>
/// Requests that a version of the registry serve. It is stored on <see cref="Topics.Feedback"/>; a <see cref="ModelPromoted"/>, a
/// <see cref="RolloutChanged"/> or a <see cref="ModelRequestRefused"/> follows.
/// </summary>
public sealed record PromotionRequested : IModelRequest
{
    /// <summary>The value of <see cref="Stage"/> for a promotion without a rollout.</summary>
    public const string Immediate = "immediate";

    /// <summary>The name of the model. Default: <c>default</c>.</summary>
    public string Model { get; init => field = value ?? "default"; } = "default";

    /// <summary>The version that is to serve.</summary>
    public required string Version { get; init; }

    /// <summary>
    /// The stage to begin with: <c>shadow</c>, <c>canary</c>, or <c>immediate</c>, which serves at once. Default: <c>immediate</c>.
    /// </summary>
    public string Stage { get; init => field = value ?? Immediate; } = Immediate;

    /// <summary>The person or program that requests it.</summary>
    public required string By { get; init; }

    /// <summary>When it was requested.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
