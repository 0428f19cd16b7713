namespace StreamBert.Model.Tokenization.PreTokenizers;

/// <summary>A normalized text and the ranges of its pre-tokens, none empty.</summary>
internal sealed record PreTokenizedText(NormalizedText Text, List<TokenSpan> Ranges);
