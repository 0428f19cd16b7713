namespace StreamBert.Model.Tokenization;

/// <summary>The position of a token in its text. The special tokens that a tokenizer adds have the span (0, 0).</summary>
/// <param name="Start">Index of the first UTF-16 code unit.</param>
/// <param name="End">Index after the last UTF-16 code unit.</param>
public readonly record struct TokenSpan(int Start, int End);
