using StreamBert.Contracts;

namespace StreamBert.Gateway.Interactive;

/// <summary>Holds the tokens of a text.</summary>
/// <param name="Text">The text that was tokenized; it is redacted if the pipeline requires that.</param>
/// <param name="Tokens">The tokens.</param>
public sealed record TokenizedText(string Text, IReadOnlyList<TextToken> Tokens);
