namespace StreamBert.Contracts;

/// <summary>Requests a training run. It is stored on <see cref="Topics.Feedback"/>, after the feedback to learn from.</summary>
public sealed record TrainingRequested : IModelRequest
{
    /// <summary>The name of the model. Default: <c>default</c>.</summary>
    public string Model { get; init => field = value ?? "default"; } = "default";

    /// <summary>The person or program that requests it.</summary>
    public required string By { get; init; }

    /// <summary>When it was requested.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
