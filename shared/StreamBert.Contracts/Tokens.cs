namespace StreamBert.Contracts;

/// <summary>
/// Somebody asks, and awaits, which tokens the model of a pipeline reads in a text. Nothing is classified, and neither question nor answer
/// is kept for long.
/// </summary>
public sealed record TokenizationRequested
{
    public required string Id { get; init; }
    public required string Pipeline { get; init; }
    public required string Text { get; init; }

    /// <summary>With the tokens that frame a text for the model, such as <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    public required bool WithSpecialTokens { get; init; }

    /// <summary>After which nobody awaits the answer.</summary>
    public required DateTimeOffset Deadline { get; init; }
}

/// <summary>A worker's answer to <see cref="TokenizationRequested"/>.</summary>
public sealed record TokenizationCompleted
{
    /// <summary>That of the question.</summary>
    public required string Id { get; init; }

    /// <summary>Null: there is an <see cref="Error"/>.</summary>
    public IReadOnlyList<TextToken>? Tokens { get; init; }

    /// <summary>Why there are no tokens.</summary>
    public string? Error { get; init; }
}

/// <summary>A token of a text.</summary>
/// <param name="Id">Its number in the vocabulary.</param>
/// <param name="Start">Its first character in the text, in UTF-16 code units.</param>
/// <param name="End">The character after its last.</param>
/// <param name="Special">The name of a token that frames the text and stands nowhere in it; null for those of the text.</param>
public sealed record TextToken(int Id, int Start, int End, string? Special = null);
