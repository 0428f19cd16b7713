namespace StreamBert.Contracts;

/// <summary>
/// Requests that training not replace the serving version, or that it may again. It is stored on <see cref="Topics.Feedback"/>; a <see
/// cref="PinChanged"/> or a <see cref="ModelRequestRefused"/> follows.
/// </summary>
public sealed record PinRequested : IModelRequest
{
    /// <summary>The name of the model. Default: <c>default</c>.</summary>
    public string Model { get; init => field = value ?? "default"; } = "default";

    /// <summary>The version, which must serve; null: whichever serves.</summary>
    public string? Version { get; init; }

    /// <summary>Whether to pin the version (true) or to remove its pin (false).</summary>
    public required bool Pinned { get; init; }

    /// <summary>The person or program that requests it.</summary>
    public required string By { get; init; }

    /// <summary>The reason, if one is given.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was requested.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
