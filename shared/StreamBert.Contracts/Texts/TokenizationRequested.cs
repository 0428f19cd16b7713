namespace StreamBert.Contracts;

/// <summary>
/// Requests the tokens that a pipeline's model reads in a text. Nothing is classified; request and response are kept for an hour.
/// </summary>
public sealed record TokenizationRequested
{
    /// <summary>The id of the request.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>Whether to include special tokens, such as <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    public required bool WithSpecialTokens { get; init; }

    /// <summary>The time after which the response is no longer needed.</summary>
    public required DateTimeOffset Deadline { get; init; }
}
