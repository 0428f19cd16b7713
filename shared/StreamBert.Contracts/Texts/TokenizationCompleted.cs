namespace StreamBert.Contracts;

/// <summary>Holds a worker's response to <see cref="TokenizationRequested"/>.</summary>
public sealed record TokenizationCompleted
{
    /// <summary>The id of the request.</summary>
    public required string Id { get; init; }

    /// <summary>The tokens; null if there is an <see cref="Error"/>.</summary>
    public IReadOnlyList<TextToken>? Tokens { get; init; }

    /// <summary>The reason why there are no tokens.</summary>
    public string? Error { get; init; }
}
